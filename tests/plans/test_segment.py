"""On a part of a month caps and thresholds are a part too, ratios and targets are not cut twice."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.money import Exact
from service.plans import Plan, evaluate
from service.plans.evaluate import in_force
from service.plans.fast import amounts, compiled
from tests.plans.builders import NOVEMBER, PERSON, plan_of

HALF = {**PERSON, "calendar.segment_share": Fraction(1, 2)}


MARGINAL = """kind: tiers, mode: marginal, measure: metric.collected,
  tiers: [{from: 0, rate: 1%}, {from: 900, rate: 2%}]"""
STEP = """kind: tiers, mode: step, measure: attainment.collected,
  tiers: [{from: 0%, amount: 0}, {from: 80%, amount: 7}]"""
POINTS = """kind: tiers, mode: interpolated, measure: metric.collected,
  tiers: [{from: 0, amount: 0}, {from: 2000, amount: 20}, {from: 4000, amount: 30}]"""
SCORED = "kind: scorecard, amount: 70, prorate: none, parts: [{standard: collected, weight: 100%}]"


@pytest.mark.parametrize(
    ("rule", "done", "whole", "half"),
    [
        ("kind: rate, base: metric.won, each: 10, above: 4", {"metric.won": 6}, 2000, 4000),
        ("kind: kicker, amount: 10, per: metric.won, above: 2, max_units: 6", {"metric.won": 10}, 6000, 3000),
        ("kind: penalty, amount: 1, per: metric.rejected, above: 10, max: 20", {"metric.rejected": 40}, -2000, -1000),
        (MARGINAL, {"metric.collected": 1000}, 1100, 1550),
        (STEP, {"metric.collected": 48_000}, 700, 350),
        (POINTS, {"metric.collected": 3000}, 2500, 1500),
        ("kind: kicker, amount: 50, when: metric.meetings >= 5", {"metric.meetings": 3}, 0, 2500),
        ("kind: kicker, amount: 50, when: employee.tenure_months >= 14", {}, 5000, 2500),
        ("kind: fixed, amount: 70, prorate: none", {}, 7000, 3500),
        (SCORED, {"metric.collected": 60_000}, 7000, 3500),
    ],
)
def test_thresholds_and_amounts_of_a_segment_are_its_share(
    rule: str, done: dict[str, int], whole: int, half: int
) -> None:
    plan = plan_of(f"pay: {{label: P, {rule}}}")
    assert evaluate(plan, {**PERSON, **done}, NOVEMBER).total_minor == whole
    assert evaluate(plan, {**HALF, **done}, NOVEMBER).total_minor == half
    assert amounts(plan, {**HALF, **done}, NOVEMBER) == {"pay": half}


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


LINEAR = """
rate: {kind: rate, label: R, base: metric.collected, rate: 3.3%, above: 1_000}
slices: {kind: tiers, label: M, mode: marginal, measure: metric.collected, tiers: [
  {from: 0, rate: 1%}, {from: 900, rate: 2%}]}
line: {kind: tiers, label: I, mode: interpolated, measure: metric.collected, tiers: [
  {from: 0, amount: 0}, {from: 20_000, amount: 333.33}, {from: 50_000, amount: 1_000}]}
units: {kind: kicker, label: K, amount: 10.01, per: metric.won, above: 2, max_units: 6}
less: {kind: penalty, label: L, amount: 1.01, per: metric.rejected, above: 10, max: 20}
soft: {kind: scorecard, label: S, amount: employee.soft_salary, parts: [{standard: collected, weight: 100%}]}
"""
STEPS = """
tier: {kind: tiers, label: T, mode: step, measure: attainment.collected, tiers: [
  {from: 0%, amount: 0}, {from: 50%, amount: 99.99}, {from: 80%, amount: 700.01}]}
salary: {kind: tiers, label: U, mode: step, measure: metric.collected, tiers: [
  {from: 0, amount: 0}, {from: 40_000, amount: employee.fixed_salary * 10%}]}
once: {kind: kicker, label: O, amount: 50.01, when: metric.meetings >= 5}
whole: {kind: fixed, label: W, amount: 70.03, prorate: none}
"""
CENT = 1
"""Each segment's line is rounded for itself: half a cent up in both is a cent in all."""

CUT = ("metric.", "target.", "calendar.worked_days")
DAYS = st.integers(1, 20)
MONTHS = st.fixed_dictionaries(
    {
        "metric.collected": st.decimals(0, 90_000, places=2).map(Fraction),
        "metric.won": st.integers(0, 20),
        "metric.rejected": st.integers(0, 60),
        "metric.meetings": st.integers(0, 12),
    }
)


def parts(plan: Plan, month: Mapping[str, Exact | str], days: int) -> list[dict[str, int]]:
    """What two segments of a month of 21 days give, each with its share of all that was done."""
    found = []
    for share in (Fraction(days, 21), Fraction(21 - days, 21)):
        own = {
            name: value if isinstance(value, str) or not name.startswith(CUT) else Fraction(value) * share
            for name, value in month.items()
        }
        own["calendar.segment_share"] = share
        reference = {line.rule: line.amount_minor for line in evaluate(plan, own, NOVEMBER).lines}
        assert amounts(plan, own, NOVEMBER) == reference
        found.append(reference)
    return found


@given(MONTHS, DAYS)
def test_two_segments_at_the_same_pace_pay_as_the_whole_month_where_pay_is_linear(
    month_done: dict[str, Exact], days: int
) -> None:
    plan, month = plan_of(LINEAR), {**PERSON, **month_done}
    whole = amounts(plan, month, NOVEMBER)
    first, second = parts(plan, month, days)
    for rule, amount in whole.items():
        assert abs(first[rule] + second[rule] - amount) <= CENT, rule


@given(MONTHS, DAYS)
def test_two_segments_never_pay_a_step_amount_twice(month_done: dict[str, Exact], days: int) -> None:
    plan, month = plan_of(STEPS), {**PERSON, **month_done}
    whole = amounts(plan, month, NOVEMBER)
    first, second = parts(plan, month, days)
    for rule, amount in whole.items():
        assert first[rule] + second[rule] <= amount + CENT, rule


def test_a_segment_of_whole_inputs_is_worked_out_the_fast_way() -> None:
    plan = in_force(plan_of(STEPS), HALF)
    assert compiled(plan, NOVEMBER).stored(HALF) is not None
