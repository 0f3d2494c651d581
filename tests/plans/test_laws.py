"""Laws of plans: the traced run equals the fast one, and a hash stands for a meaning and for nothing else."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.config import ROOT
from service.plans import evaluate, load_rules, load_texts, plan_from_document
from service.plans.build import build_plan
from service.plans.document import hash_of, node_of
from service.plans.fast import amounts
from service.plans.finding import Findings, Place
from service.plans.guard import _changes, _with
from service.plans.read import MapNode
from tests.plans.builders import COMPANY, HEAD, NOVEMBER
from tests.plans.test_fast import CURVES, EVERYTHING, everything, inputs_for

SHIPPED = load_rules(ROOT / "rules")


@settings(max_examples=60)
@given(data=st.data())
def test_the_traced_run_gives_the_amounts_of_the_fast_run(data: st.DataObject) -> None:
    plan = everything()
    inputs = data.draw(inputs_for(plan))
    traced = evaluate(plan, inputs, NOVEMBER)
    fast = amounts(plan, inputs, NOVEMBER)
    assert {line.rule: line.amount_minor for line in traced.lines} == fast
    assert traced.total_minor == sum(fast.values())
    assert traced.payable_minor == sum(line.amount_minor for line in traced.lines if line.payable)


def rules_of(text: str) -> list[str]:
    """The rules of a plan one by one; those that go on in the next line stay together."""
    found: list[str] = []
    for line in text.strip().splitlines():
        if line.startswith(" "):
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


def respelled(text: str, chance: random.Random) -> str:
    """The same numbers written otherwise."""
    spellings: Sequence[tuple[str, Sequence[str]]] = (
        ("60_000", ("60_000", "60000", "60000.0", "60_000.00")),
        ("30_000", ("30_000", "30000", "30000.000")),
        ("4.25%", ("4.25%", "4.250%")),
        ("rate: 5%", ("rate: 5%", "rate: 5.0%")),
        ("attainment.calls >= 80%", ("attainment.calls >= 80%", "(attainment.calls)>=80.0%")),
    )
    for old, ways in spellings:
        text = text.replace(old, chance.choice(ways[:2]))
    return text


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_order_comments_notes_and_spelling_never_change_the_hash(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  an order to try, not a secret
    rules = rules_of(respelled(EVERYTHING, chance))
    chance.shuffle(rules)
    body = "".join(f"  # {chance.random()}\n" + "".join(f"  {line}\n" for line in rule.splitlines()) for rule in rules)
    sections = [f"rules:\n{body}", CURVES, f"accept: []\nnote: {chance.choice(['a', 'b'])}\n"]
    chance.shuffle(sections)
    loaded = load_texts({"_org.yaml": COMPANY, "closer.yaml": HEAD + "\n".join(sections)})
    assert [str(item) for item in loaded.findings] == []
    assert loaded.plans["closer"].content_hash == everything().content_hash


@pytest.mark.parametrize("plan_id", SHIPPED.plan_ids)
def test_any_number_of_a_shipped_plan_changes_its_hash(plan_id: str) -> None:
    plan = SHIPPED.plans[plan_id]
    document = json.loads(plan.document)
    hashes = {plan.content_hash}
    tried = 0
    for path, _, variants in _changes(document):
        for variant in variants:
            tried += 1
            changed = node_of(_with(document, path, variant), Place("the changed plan"))
            assert isinstance(changed, MapNode)
            hashes.add(build_plan(changed, Findings()).content_hash)
    assert tried > 10
    assert len(hashes) == tried + 1


def test_a_hash_is_of_the_document_and_the_document_gives_the_plan_back() -> None:
    plan = everything()
    assert hash_of(plan.document) == plan.content_hash
    assert plan_from_document(plan.document).content_hash == plan.content_hash
