"""The documentation names every setting, command, error code and quarantine reason, and its links lead somewhere."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

import service
from service.config import ENVIRONMENT_NAMES
from service.domain.errors import StimulError
from service.domain.event import QuarantineReason
from service.domain.key import Scope
from service.domain.permission import PERMISSIONS
from tests.permissions import written
from tests.repository import ROOT

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@cache
def reference() -> str:
    """What an operator or a developer of a sender can look up."""
    return "\n".join(
        (ROOT / "docs" / name).read_text() for name in ("operating.md", "api.md") if (ROOT / "docs" / name).exists()
    )


def is_named(word: str, text: str) -> bool:
    """Whether the word stands by itself in the code of a page, inline or fenced."""
    code = "\n".join(CODE.findall(text))
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", code) is not None


@cache
def modules() -> tuple[str, ...]:
    """Every module of the service, imported, so that its classes are known."""
    names = tuple(module.name for module in pkgutil.walk_packages(service.__path__, "service."))
    for name in names:
        importlib.import_module(name)
    return names


def families(error: type[StimulError]) -> Iterator[type[StimulError]]:
    """The class and everything that derives from it."""
    yield error
    for child in error.__subclasses__():
        yield from families(child)


def error_codes() -> list[str]:
    """The codes of all mistakes the service can report."""
    assert "service.runtime" in modules()
    return sorted({error.code for error in families(StimulError) if error.__module__.startswith("service.")})


def commands(command: click.Command, path: str) -> Iterator[str]:
    """Every command one can type: "stimul period close"."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from commands(child, f"{path} {name}")
    else:
        yield path


def headings(page: Path) -> set[str]:
    """The anchors of a page, as they are made from its headings."""
    lines = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def broken(page: Path, link: str) -> bool:
    """Whether a link of this page to another place of the repository leads nowhere."""
    if "://" in link or link.startswith("mailto:"):
        return False
    file, _, anchor = link.partition("#")
    target = (page.parent / file) if file else page
    return not target.exists() or (bool(anchor) and target.suffix == ".md" and anchor not in headings(target))


def test_every_setting_is_documented() -> None:
    assert [name for name in ENVIRONMENT_NAMES if not is_named(name, reference())] == []


def test_every_command_is_documented() -> None:
    main = importlib.import_module("service.cli").main
    assert isinstance(main, click.Group)
    assert [command for command in commands(main, "stimul") if not is_named(command, reference())] == []


def test_every_error_code_is_documented() -> None:
    codes = error_codes()
    assert "invalid_period" in codes
    assert [code for code in codes if not is_named(code, reference())] == []


def test_every_reason_for_quarantine_is_documented() -> None:
    assert [reason.value for reason in QuarantineReason if not is_named(reason.value, reference())] == []


def test_the_table_of_permissions_is_the_one_in_the_code() -> None:
    assert written() in (ROOT / "docs" / "security.md").read_text()
    assert set(PERMISSIONS) == set(Scope)


def test_every_test_that_the_security_review_names_exists() -> None:
    review = (ROOT / "docs" / "security.md").read_text()
    known = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    named = set(re.findall(r"`(test_\w+)`", review))
    assert len(named) >= 50
    assert named - known == set()
    assert [path for path in re.findall(r"`(tests/[\w/.]+)`", review) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("target", ["run", "test"])
def test_the_commands_of_the_readme_exist(target: str) -> None:
    assert is_named(f"make {target}", (ROOT / "README.md").read_text())
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_every_make_target_named_in_the_docs_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {(page.name, word) for page in PAGES for word in re.findall(r"`make ([a-z]+)", page.read_text())}
    assert {(page, word) for page, word in named if word not in targets} == set()


def test_every_link_leads_somewhere() -> None:
    links = [(page, link) for page in PAGES for link in LINK.findall(page.read_text())]
    assert links
    assert [f"{page.relative_to(ROOT)}: {link}" for page, link in links if broken(page, link)] == []


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One heading\n")
    assert broken(page, "missing.md")
    assert broken(page, "#another-heading")
    assert not broken(page, "#one-heading")


def test_a_word_inside_another_does_not_document_it() -> None:
    assert not is_named("conflict", "`version_conflict` and a conflict in prose")
    assert is_named("conflict", "`409 conflict`")
    assert is_named("stimul demo", "```\nstimul demo --seed 7\n```")
