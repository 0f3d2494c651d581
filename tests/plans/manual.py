"""The pages about plans as the tests see them: their text, and their examples as plan files that can be run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from service.plans import Rules, load_texts
from tests.repository import ROOT

MANUAL = ROOT / "docs" / "plans.md"
KIND_PAGES = ROOT / "docs" / "plans"

_BLOCK = re.compile(r"^```(?P<language>yaml|json)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"# file (?P<name>\w+\.yaml)\n")


@dataclass(frozen=True, slots=True)
class Example:
    """A block of YAML or JSON of a page, with the line where it stands."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def file(self) -> str:
        """The name of the file that the block is, if it is a whole one."""
        found = _FILE.match(self.text)
        return found["name"] if found else ""

    @property
    def is_given(self) -> bool:
        """Whether the block holds inputs and no plan."""
        return self.text.startswith("# given\n")

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def pages() -> list[Path]:
    """The manual and the page of every kind."""
    return [MANUAL, *sorted(KIND_PAGES.glob("*.md"))]


@cache
def blocks() -> tuple[Example, ...]:
    """Every fenced block of the pages."""
    found: list[Example] = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        found += [
            Example(page, text.count("\n", 0, match.start()) + 2, match["language"], match["text"])
            for match in _BLOCK.finditer(text)
        ]
    return tuple(found)


@cache
def files() -> dict[str, str]:
    """The whole files of the manual by name."""
    return {block.file: block.text for block in blocks() if block.file}


def plans() -> list[Example]:
    """The blocks that are plans, or parts of one."""
    return [block for block in blocks() if block.language == "yaml" and not block.is_given]


def loaded(block: Example) -> Rules:
    """The company of the manual with the plan of a block; a part of a plan gets the head of the first one."""
    if block.file:
        return load_texts(files())
    head, _, rest = files()["seller.yaml"].partition("standards:\n")
    if not re.search("^standards:", block.text, re.MULTILINE):
        head += _used_standards(rest.partition("rules:\n")[0], block.text)
    return load_texts({"_org.yaml": files()["_org.yaml"], "seller.yaml": head + block.text})


def _used_standards(standards: str, text: str) -> str:
    own = text.partition("pools:\n")[0]
    used = set(re.findall(r"(?:\btarget\.|\battainment\.|\bstandard: |\bover: )(\w+)", own))
    kept = [line for line in standards.splitlines() if line.split(":")[0].strip() in used]
    return "\n".join(["standards:", *kept, ""]) if kept else ""
