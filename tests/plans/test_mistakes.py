"""What an author gets wrong is refused before a run; what he is told stands in mistakes.yaml beside the mistake."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from service.plans import PlanRefusedError, check, get_plan, load_texts
from service.plans.finding import MAX_FINDINGS
from service.plans.gate import audit
from tests.plans.builders import COMPANY, HEAD, findings_of, load, plan_text
from tests.repository import ROOT

MISTAKES: Sequence[Mapping[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("mistakes.yaml").read_text(encoding="utf-8")
)
PLACE = re.compile(r"(closer|_org)\.yaml:[1-9]\d*:[1-9]\d*: [EW]-[A-Z-]+ \S")

AT_ONCE_S = 5.0
"""Reading takes a hundredth of this; a file that makes the reader slow takes minutes or all memory."""


@pytest.mark.parametrize("mistake", MISTAKES, ids=[" ".join(case["told"][0].split()[1:8]) for case in MISTAKES])
def test_a_mistake_is_told_with_its_place_and_its_way_out(mistake: Mapping[str, Any]) -> None:
    more = mistake.get("more", "")
    found = findings_of(mistake["rules"], more=more)
    assert [str(item) for item in found] == mistake["told"]
    assert all(PLACE.match(line) for line in mistake["told"])
    if any(item.code != "E-EXAMPLE" for item in found):
        with pytest.raises(PlanRefusedError):
            get_plan(load(mistake["rules"], more=more), "closer")


def test_thirty_mistakes_and_more_are_told_with_a_suggestion() -> None:
    helped = [
        case for case in MISTAKES if any(item.suggestion for item in findings_of(case["rules"], more=more_of(case)))
    ]
    assert len(helped) >= 30
    assert len({tuple(case["told"]) for case in helped}) == len(helped)


def more_of(case: Mapping[str, Any]) -> str:
    return str(case.get("more", ""))


PAY = "pay: {kind: rate, label: P, base: metric.collected, rate: 3%}"
HOSTILE = {
    "a bomb of aliases": "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a, *a, *a]\n" for n in range(2_000)),
    "a tag that runs code": PAY.replace("3%", "!!python/object/apply:os.system [exit]"),
    "an alias": "pay: &p {kind: rate}\nother: *p",
    "a merge key": "pay: {<<: {kind: rate}}",
    "100,000 brackets": "pay: " + "[" * 100_000,
    "100,000 braces": "pay: " + "{a: " * 100_000,
    "100,000 round brackets": f"pay: {{kind: formula, why: w, label: P, amount: '{'(' * 100_000}1'}}",
    "100 round brackets": f"pay: {{kind: formula, why: w, label: P, amount: '{'(' * 100}1{')' * 100}'}}",
    "100 signs": f"pay: {{kind: formula, why: w, label: P, amount: '{'-' * 100}1'}}",
    "a key that is a truth": "on: {kind: rate}",
    "a number of 10,000 digits": PAY.replace("3%", "9" * 10_000 + "%"),
    "a number of 10,000 digits in an expression": PAY.replace("rate: 3%", f"rate: '{'9' * 10_000}%'"),
    "a key written twice": f"{PAY}\n{PAY}",
    "30,000 rules": "\n".join(f"r{n}: 1" for n in range(30_000)),
    "a file of 300 KB": "# " + "x" * 300_000,
    "a name of 100,000 letters": f"{'p' * 100_000}: {{kind: rate}}",
    "a control character": "pay: {label: 'a\x07'}",
}


@pytest.mark.parametrize("rules", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_at_once(rules: str) -> None:
    started = time.process_time()
    loaded = load_texts({"_org.yaml": COMPANY, "closer.yaml": plan_text(rules)})
    found = check(loaded)
    assert time.process_time() - started < AT_ONCE_S
    assert any(item.is_error for item in found)
    assert len(found) <= 3 * MAX_FINDINGS
    assert all(len(str(item)) < 2_000 for item in found)
    with pytest.raises(PlanRefusedError):
        get_plan(loaded, "closer")


def test_the_file_around_the_hostile_part_is_itself_fine() -> None:
    assert findings_of(PAY, head=HEAD) == []


SHIPPED = {path.name: path.read_text() for path in sorted((ROOT / "rules").glob("*.yaml"))}
SLIPS = st.lists(
    st.tuples(st.sampled_from(["drop a letter", "drop a line", "add a sign"]), st.integers(0, 20_000)),
    min_size=1,
    max_size=3,
)


def slipped(text: str, slips: Sequence[tuple[str, int]]) -> str:
    """A file with these slips of the hand in it."""
    for slip, at in slips:
        lines, place = text.split("\n"), at % max(len(text), 1)
        match slip:
            case "drop a letter":
                text = text[:place] + text[place + 1 :]
            case "drop a line":
                text = "\n".join(lines[: at % len(lines)] + lines[at % len(lines) + 1 :])
            case _:
                text = text[:place] + "%-.,:{}[]'\"0 9а#&*!|"[at % 20] + text[place:]
    return text


@settings(max_examples=40)
@given(st.sampled_from(["_org.yaml", "closer.yaml", "group_lead.yaml", "pr.yaml"]), SLIPS)
def test_slips_in_a_shipped_plan_are_told_and_never_break_the_reader(
    name: str, slips: Sequence[tuple[str, int]]
) -> None:
    plan = "closer" if name.startswith("_") else name.removesuffix(".yaml")
    files = {key: SHIPPED[key] for key in ("_org.yaml", "_defaults.yaml", f"{plan}.yaml")}
    for item in audit(load_texts(files | {name: slipped(files[name], slips)}), [plan], date(2026, 11, 23)):
        assert re.match(r"[a-z_]+\.yaml:[1-9]\d*:[1-9]\d*: [EW]-[A-Z-]+ \S", str(item))
