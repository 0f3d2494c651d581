"""On a part of a month caps and thresholds are a part too, ratios and targets are not cut twice."""

from __future__ import annotations

from fractions import Fraction

import pytest

from service.plans import evaluate
from service.plans.fast import amounts
from tests.plans.builders import NOVEMBER, PERSON, plan_of

HALF = {**PERSON, "calendar.segment_share": Fraction(1, 2)}


MARGINAL = """kind: tiers, mode: marginal, measure: metric.collected,
  tiers: [{from: 0, rate: 1%}, {from: 900, rate: 2%}]"""
STEP = """kind: tiers, mode: step, measure: attainment.collected,
  tiers: [{from: 0%, amount: 0}, {from: 80%, amount: 7}]"""


@pytest.mark.parametrize(
    ("rule", "given", "whole", "half"),
    [
        ("kind: rate, base: metric.won, each: 10, above: 4", {"metric.won": 6}, 2000, 4000),
        ("kind: kicker, amount: 10, per: metric.won, above: 2, max_units: 6", {"metric.won": 10}, 6000, 3000),
        ("kind: penalty, amount: 1, per: metric.rejected, above: 10, max: 20", {"metric.rejected": 40}, -2000, -1000),
        (MARGINAL, {"metric.collected": 1000}, 1100, 1550),
        (STEP, {"metric.collected": 48_000}, 700, 700),
    ],
)
def test_thresholds_of_a_segment_are_its_share(rule: str, given: dict[str, int], whole: int, half: int) -> None:
    plan = plan_of(f"pay: {{label: P, {rule}}}")
    assert evaluate(plan, {**PERSON, **given}, NOVEMBER).total_minor == whole
    assert evaluate(plan, {**HALF, **given}, NOVEMBER).total_minor == half
    assert amounts(plan, {**HALF, **given}, NOVEMBER) == {"pay": half}


LIMITED = """
pay: {kind: rate, label: P, base: metric.collected, rate: 1%}
top: {kind: cap, label: T, lines: [pay], max: 100}
by_target: {kind: cap, label: B, lines: [pay, top], max: target.collected * 1%}
open: {kind: gate, require: [metric.meetings >= 5, attainment.calls >= 80%], otherwise: 0%, applies_to: [pay]}
"""


def test_the_cap_and_the_gate_of_a_segment_are_its_share() -> None:
    plan = plan_of(LIMITED)
    inputs = {**HALF, "metric.collected": 20_000, "metric.meetings": Fraction(5, 2), "metric.calls": 1008}
    result = evaluate(plan, inputs, NOVEMBER)
    assert result.factors["open"] == 1
    assert [line.amount_minor for line in result.lines] == [20_000, -15_000, 0]
    few = evaluate(plan, {**inputs, "metric.meetings": 2}, NOVEMBER)
    assert few.factors["open"] == 0


def test_a_whole_month_is_not_changed_by_a_share_of_one() -> None:
    plan = plan_of(LIMITED)
    inputs = {**PERSON, "metric.collected": 20_000, "metric.meetings": 5, "metric.calls": 1008}
    assert evaluate(plan, inputs, NOVEMBER) == evaluate(plan, {**inputs, "calendar.segment_share": 1}, NOVEMBER)
