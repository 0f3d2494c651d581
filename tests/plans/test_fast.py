"""The generated function equals the exact reference to the cent, whatever the inputs."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.money import Exact
from service.plans import Plan, load_rules
from service.plans.evaluate import SEGMENT, work_out
from service.plans.explain import evaluate, explained, traced
from service.plans.fast import amounts, compiled
from tests.plans.builders import HEAD, NOVEMBER, PERSON, plan_of

EVERYTHING = """
base: {kind: fixed, label: L, amount: employee.fixed_salary}
soft: {kind: scorecard, label: L, amount: employee.soft_salary, parts: [
  {standard: calls, weight: 30%, curve: soft}, {standard: collected, weight: 30%, curve: thresholds},
  {share: team.at_standard, weight: 40%}]}
marginal: {kind: tiers, label: L, mode: marginal, measure: metric.collected,
  tiers: [{from: 0, rate: 3%}, {from: 30_000, rate: 4.25%}, {above: 60_000, rate: 5%}]}
moving: {kind: tiers, label: L, mode: marginal, measure: metric.collected,
  tiers: [{from: 0, rate: 1%}, {from: target.collected * 80%, rate: 2%}]}
whole: {kind: tiers, label: L, mode: whole, measure: attainment.collected, base: metric.meetings,
  tiers: [{from: 0%, each: 0}, {from: 60%, each: param.price}, {above: 100%, each: 9.999}]}
step: {kind: tiers, label: L, mode: step, measure: attainment.calls,
  tiers: [{from: 0%, amount: 0}, {from: 70%, amount: employee.fixed_salary * 10%}]}
between: {kind: tiers, label: L, mode: interpolated, measure: attainment.collected,
  tiers: [{from: 0%, amount: 0}, {from: 50%, amount: 100}, {from: 100%, amount: 1000}]}
over: {kind: override, label: L, base: team.collected, mode: whole, measure: "ratio(team.collected, team.planned, 0%)",
  tiers: [{from: 0%, rate: 0.5%}, {from: 100%, rate: 1.2%}]}
extra: {kind: accelerator, label: L, base: metric.collected, over: collected,
  steps: [{from: 100%, extra: 2%}, {from: 130%, extra: 3%}]}
kick: {kind: kicker, label: L, amount: param.price, per: metric.won, above: 2, max_units: 10}
late: {kind: penalty, label: L, amount: 5, per: metric.rejected, above: 10, max: 200}
rated: {kind: rate, label: L, base: metric.per_deal, rate: 1%, above: 100}
free: {kind: formula, label: L, why: w,
  amount: "if(employee.grade in ['senior', 'lead'] and not metric.won == 0, abs(metric.collected - 5_000) / 3, -1)"}
big: {kind: multiplier, by: attainment.collected, curve: sliced, applies_to: [marginal, kick]}
band: {kind: multiplier, by: metric.win_rate, curve: banded, applies_to: [moving]}
open: {kind: gate, require: [attainment.calls >= 80%, metric.meetings between 2 and 50], otherwise: 50%,
  applies_to: [marginal, whole], when: employee.tenure_months > 2}
held: {kind: holdback, label: L, lines: [marginal], share: 20%,
  release: {when: deal.paid_in_full, within: 90d, otherwise: pay}}
top: {kind: cap, label: L, lines: [soft, marginal, whole, held], max: 2_000}
low: {kind: floor, label: L, lines: [late, top], min: -100}
back: {kind: clawback, label: L, of: [marginal], event: payment.refunded, within: 90d, due: balance.due,
  lines: [marginal, top], max_share: 50%}
draw: {kind: draw, label: L, amount: 800, when: employee.tenure_months < 3, lines: [soft, marginal],
  balance: balance.draw, max_recover: 50%}
yearly: {kind: rate, label: L, base: metric.collected, rate: 1%, accumulate: year}
"""
CURVES = """
curves:
  sliced: {kind: slices, steps: [[0%, 100%], [100%, 140%], [120%, 160%]]}
  banded: {kind: whole, steps: [[0%, 100%], [30%, 250%]]}
params: {price: 7.5}
"""


def everything() -> Plan:
    return plan_of(EVERYTHING, more=CURVES)


MONEY = st.integers(-(10**7), 10**8).map(lambda minor: Decimal(minor).scaleb(-2))
COUNTS = st.integers(0, 3000)
PAIRS = st.fractions(0, 10**5, max_denominator=63)
BY_SHAPE: dict[str, st.SearchStrategy[Exact | str]] = {
    "minor": MONEY,
    "whole": COUNTS,
    "pair": PAIRS,
    "text": st.sampled_from(["senior", "junior", "lead"]),
}


def inputs_for(plan: Plan) -> st.SearchStrategy[dict[str, Exact | str]]:
    shapes = compiled(plan, NOVEMBER).shapes
    return st.fixed_dictionaries({name: BY_SHAPE[shapes[name]] for name in sorted(plan.inputs)})


@given(st.data())
def test_the_fast_run_equals_the_reference_for_every_kind(data: st.DataObject) -> None:
    plan = everything()
    inputs = data.draw(inputs_for(plan))
    assert amounts(plan, inputs, NOVEMBER) == dict(work_out(plan, inputs, NOVEMBER).amounts)


@given(st.data())
def test_the_traced_run_explains_every_kind_as_the_reference_does(data: st.DataObject) -> None:
    plan = everything()
    inputs = data.draw(inputs_for(plan))
    assert evaluate(plan, inputs, NOVEMBER) == explained(plan, inputs, NOVEMBER)
    segment = {**inputs, SEGMENT: data.draw(st.fractions(Fraction(1, 23), Fraction(22, 23), max_denominator=23))}
    assert evaluate(plan, segment, NOVEMBER) == explained(plan, segment, NOVEMBER)
    assert {line.rule: line.amount_minor for line in evaluate(plan, segment, NOVEMBER).lines} == amounts(
        plan, segment, NOVEMBER
    )


RULES = Path(__file__).parents[2] / "rules"


@pytest.mark.parametrize("plan_id", sorted(load_rules(RULES).plan_ids))
@given(data=st.data())
def test_the_fast_run_equals_the_reference_for_every_shipped_plan(plan_id: str, data: st.DataObject) -> None:
    plan = load_rules(RULES).plans[plan_id] if plan_id not in PLANS else PLANS[plan_id]
    PLANS[plan_id] = plan
    inputs = data.draw(inputs_for(plan))
    assert amounts(plan, inputs, NOVEMBER) == dict(work_out(plan, inputs, NOVEMBER).amounts)
    assert evaluate(plan, inputs, NOVEMBER) == explained(plan, inputs, NOVEMBER)


PLANS: dict[str, Plan] = {}


@pytest.mark.parametrize("fine", [Fraction(1, 3), Fraction(123_456_789, 10**5)])
def test_money_finer_than_a_cent_takes_the_reference_and_gives_the_same(fine: Fraction) -> None:
    plan = plan_of("pay: {kind: rate, label: P, base: metric.collected, rate: 30%}")
    inputs = {**PERSON, "metric.collected": fine}
    assert compiled(plan, NOVEMBER).stored(inputs) is None
    assert amounts(plan, inputs, NOVEMBER) == dict(work_out(plan, inputs, NOVEMBER).amounts)


def test_a_parameter_or_a_ratio_given_itself_is_used() -> None:
    plan = plan_of(
        "pay: {kind: kicker, label: P, amount: param.price, when: metric.win_rate >= 30%}", more="params: {price: 5}"
    )
    inputs = {**PERSON, "param.price": 9, "metric.win_rate": Fraction(1, 2)}
    assert amounts(plan, inputs, NOVEMBER) == {"pay": 900}


def test_nothing_an_author_wrote_reaches_the_source() -> None:
    plan = plan_of(
        "pay: {kind: formula, why: w, label: 'import os', amount: \"if(employee.grade == 'os', 1, 2)\"}",
        head=HEAD.replace("title: Closer", "title: __import__"),
    )
    source = compiled(plan, NOVEMBER).source + traced(plan, {}).fast.source
    assert not {"os", "import", "employee", "grade", "metric"} & set(source.replace("(", " ").replace("'", " ").split())
    assert amounts(plan, {**PERSON, "employee.grade": "os"}, NOVEMBER) == {"pay": 100}


def test_the_function_of_a_plan_is_generated_once_for_a_set_of_parameters() -> None:
    plan = plan_of(
        "pay: {kind: kicker, label: P, amount: param.price}", more="params: {price: {2026-01-01: 5, 2026-11-01: 6}}"
    )
    october, november, december = (
        compiled(plan, period) for period in (NOVEMBER.preceding, NOVEMBER, NOVEMBER.following)
    )
    assert november is december
    assert november is not october


def test_the_traced_function_adds_the_steps_up_again() -> None:
    assert traced(everything(), {"price": Fraction(15, 2)}).fast.source.count("assert ") == len(
        compiled(everything(), NOVEMBER).lines
    )
