"""The pages about plans tell everything the language has, and what they show is what happens."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import click
import pytest

from service.cli.plan import plan
from service.plans import Plan, answer, check, read_given
from service.plans.examples import run_examples
from service.plans.kinds import KINDS
from service.plans.schema import plan_schema
from tests.plans.manual import KIND_PAGES, MANUAL, Example, blocks, loaded, pages, plans
from tests.plans.vocabulary_in_code import codes, fields, words

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
COMMON = frozenset(
    {"kind", "label", "label_bg", "pay_code", "account", "note", "override", "amortise", "accumulate", "window"}
)
"""Fields of every rule; they are described once, in the manual."""


def shown(text: str) -> str:
    return "\n".join(CODE.findall(text))


def names(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", text) is not None


@pytest.mark.parametrize("block", plans(), ids=str)
def test_an_example_of_the_manual_is_a_plan_and_gives_what_it_says(block: Example) -> None:
    rules = loaded(block)
    assert [str(item) for item in check(rules)] == []
    own = rules.plans.get("seller" if not block.file else block.file.removesuffix(".yaml"))
    if own is not None:
        results = run_examples(own)
        assert results
        assert [result.differences for result in results] == [()] * len(results)


def pairs() -> list[tuple[Example, Example, Example]]:
    """A plan, the inputs below it and the answer below those."""
    listed = blocks()
    found = [(listed[index - 1], block, listed[index + 1]) for index, block in enumerate(listed) if block.is_given]
    assert found
    return found


@pytest.mark.parametrize(("written", "given", "said"), pairs(), ids=str)
def test_an_answer_in_the_manual_is_the_answer(written: Example, given: Example, said: Example) -> None:
    found: Plan = loaded(written).plans["seller"]
    result = answer(found, read_given(given.text, "given.yaml"))
    wanted: Mapping[str, object] = json.loads(said.text)
    assert {key: result[key] for key in wanted} == wanted


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_page_with_each_of_its_fields_and_an_example_of_it(kind: str) -> None:
    page = KIND_PAGES / f"{kind}.md"
    text = shown(page.read_text(encoding="utf-8"))
    missing = [field for field in fields_of(kind) - COMMON if not names(text, field)]
    assert missing == []
    assert f"kind: {kind}," in text or f"kind: {kind}\n" in text
    assert f"(plans/{kind}.md)" in MANUAL.read_text(encoding="utf-8")
    assert any(block.page == page for block in plans())


def fields_of(kind: str) -> set[str]:
    schema = json.loads(json.dumps(plan_schema()))
    options = schema["properties"]["rules"]["additionalProperties"]["oneOf"]
    own = next(option for option in options if option["properties"]["kind"]["const"] == kind)
    return set(own["properties"]) - ({"when"} if kind != "draw" else set())


def test_every_field_choice_function_and_name_of_the_language_is_told() -> None:
    text = shown("\n".join(page.read_text(encoding="utf-8") for page in pages()))
    known = sorted({*fields(), *words()})
    assert len(known) > 150
    assert [word for word in known if word not in text or (word[0].isalpha() and not names(text, word))] == []


def test_every_command_of_plans_is_told() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    known = plan.list_commands(click.Context(plan))
    assert {"check", "eval", "publish"} <= set(known)
    assert [name for name in known if f"| `stimul plan {name}" not in text] == []


def test_every_code_of_a_finding_is_told_with_what_to_do_and_none_that_there_is_not() -> None:
    told = re.findall(r"^\| ([EW]-[A-Z-]+) \| [^|]+ \| [^|]+ \|$", MANUAL.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(told) == codes()
