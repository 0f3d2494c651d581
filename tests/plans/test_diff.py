"""What a new version changes is said in sentences, and nothing else is."""

from __future__ import annotations

import pytest

from service.plans import get_plan, load_texts
from service.plans.diff import differences
from tests.plans.builders import COMPANY, HEAD, plan_of, plan_text

RULES = """
pay: {kind: tiers, label: Pay, mode: marginal, measure: metric.collected,
  tiers: [{from: 0, rate: 3%}, {from: 30_000, rate: 4%}]}
open: {kind: gate, require: [attainment.calls >= 80%], otherwise: 50%, applies_to: [pay]}
"""
PARAMS = "params: {price: 5}\n"


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ("30_000", "30000.00", []),
        ("rate: 4%", "rate: 5%", ['Rule "pay": tiers 2 rate was 4%, is 5%.']),
        (">= 80%", "> 80%", ['Rule "open": require 1 was attainment.calls >= 80%, is attainment.calls > 80%.']),
        ("label: Pay", "label: Paid", ['Rule "pay": label was Pay, is Paid.']),
        (
            "otherwise: 50%",
            "otherwise: 50%, when: metric.won > 2",
            ['Rule "open": when is new: metric.won > 2.', 'Metric "won" is new.'],
        ),
        ("price: 5", "price: 6", ['Parameter "price": it was 5, is 6.']),
        ("price: 5", "prise: 5", ['Parameter "price" is gone.', 'Parameter "prise" is new.']),
    ],
)
def test_a_change_is_a_sentence(old: str, new: str, sentences: list[str]) -> None:
    before = plan_of(RULES, more=PARAMS)
    after = plan_of(RULES.replace(old, new), more=PARAMS.replace(old, new))
    assert differences(before, after) == sentences


def test_a_changed_target_names_its_grade() -> None:
    after = plan_of(RULES, head=HEAD.replace("senior: 60", "senior: 66"))
    assert differences(plan_of(RULES), after) == ['Standard "calls": target senior was 60, is 66.']


def test_a_rule_that_came_or_went_is_named() -> None:
    more = plan_of(RULES + "top: {kind: cap, label: Cap, lines: [pay], max: 5}")
    assert differences(plan_of(RULES), more) == ['Rule "top" is new.']
    assert differences(more, plan_of(RULES)) == ['Rule "top" is gone.']


def test_another_name_of_a_plan_is_no_plan_of_a_plan() -> None:
    renamed = get_plan(
        load_texts({"_org.yaml": COMPANY, "farmer.yaml": plan_text(RULES).replace("plan: closer", "plan: farmer")}),
        "farmer",
    )
    assert differences(plan_of(RULES), renamed) == ["The plan's name was closer, is farmer."]
