"""Evaluation is exact, explains itself, and takes nothing for zero."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.metric import Better
from service.domain.period import Period
from service.domain.standard import Standard, Unit, attainment
from service.plans import (
    ImproperInputError,
    MissingInputError,
    UnknownInputError,
    evaluate,
    evaluation_document,
    given_to_inputs,
    missing_inputs,
    read_given,
)
from tests.plans.builders import HEAD, NOVEMBER, PERSON, pay, plan_of

PLAN = """
base: {kind: fixed, label: Fixed, amount: employee.fixed_salary}
pay: {kind: tiers, label: Pay, mode: marginal, measure: metric.collected,
      tiers: [{from: 0, rate: 3%}, {from: 30_000, rate: 4%}, {from: 60_000, rate: 5%}]}
big: {kind: multiplier, by: attainment.collected, curve: thresholds, applies_to: [pay]}
open: {kind: gate, require: [attainment.calls >= 80%, metric.meetings >= 5], otherwise: 50%, applies_to: [pay]}
top: {kind: cap, label: Cap, lines: [pay], max: 5_000}
"""


def test_an_explanation_names_every_step_factor_and_reason() -> None:
    result = pay(plan_of(PLAN), metric__collected=Decimal("72345.67"), metric__calls=1007, metric__meetings=34)
    line = next(line for line in result.lines if line.rule == "pay")
    assert line.amount_minor == 203_796
    assert line.explanation == {
        "line": "pay",
        "label": "Pay",
        "kind": "tiers",
        "amount": "2037.96",
        "raw": "2717.2835",
        "steps": [
            {"text": "30,000.00 between 0.00 and 30,000.00 x 3%", "amount": "900"},
            {"text": "30,000.00 between 30,000.00 and 60,000.00 x 4%", "amount": "1200"},
            {"text": "12,345.67 above 60,000.00 x 5%", "amount": "617.2835"},
        ],
        "factors": [
            {
                "rule": "big",
                "label": "big",
                "factor": "150%",
                "because": [{"left": "attainment.collected", "left_value": "120.5761%", "curve": "thresholds"}],
            },
            {
                "rule": "open",
                "label": "open",
                "factor": "50%",
                "because": [
                    {
                        "left": "attainment.calls",
                        "left_value": "79.9206%",
                        "op": ">=",
                        "right_value": "80%",
                        "ok": False,
                    },
                    {"left": "metric.meetings", "left_value": "34", "op": ">=", "right_value": "5", "ok": True},
                ],
            },
        ],
        "rounding": "half_up to 2 places",
    }


def test_a_percentage_beside_a_gate_is_cut_and_never_rounded_up_to_the_threshold() -> None:
    result = pay(plan_of(PLAN), metric__collected=100, metric__calls=Fraction(10079999, 10000), metric__meetings=5)
    shown = next(line for line in result.lines if line.rule == "pay").explanation["factors"]
    assert "79.9999%" in str(shown)
    assert result.factors["open"] == Fraction(1, 2)


def test_a_limit_line_says_which_lines_it_is_of() -> None:
    result = pay(plan_of(PLAN), metric__collected=300_000, metric__calls=1260, metric__meetings=5)
    top = next(line for line in result.lines if line.rule == "top")
    assert top.explanation["of"] == {"pay": "21150.00"}
    assert top.amount_minor == -1_615_000


@pytest.mark.parametrize("name", ["metric.collected", "target.calls", "employee.fixed_salary", "calendar.workdays"])
def test_a_missing_input_is_an_error_that_names_it_and_never_zero(name: str) -> None:
    plan = plan_of(PLAN)
    inputs = {key: value for key, value in PERSON.items() if key != name}
    assert missing_inputs(plan, inputs) == [name]
    with pytest.raises(MissingInputError, match=name):
        evaluate(plan, inputs, NOVEMBER)


def test_only_a_balance_may_be_left_out() -> None:
    plan = plan_of("pay: {kind: formula, why: w, label: P, amount: balance.owed + 1}")
    assert pay(plan).total_minor == 100
    assert pay(plan, balance__owed=5).total_minor == 600


@pytest.mark.parametrize("value", [1.5, "many", True, None])
def test_an_inexact_or_wordy_number_is_refused(value: object) -> None:
    with pytest.raises(ImproperInputError, match=r"metric\.collected"):
        evaluate(plan_of(PLAN), {**PERSON, "metric.collected": value}, NOVEMBER)  # type: ignore[dict-item]  # the mistake


def test_a_dated_parameter_has_the_value_of_the_first_day_of_the_period() -> None:
    plan = plan_of(
        "pay: {kind: kicker, label: P, amount: param.price}",
        more="params: {price: {2026-01-01: 250, 2026-11-01: 300}}",
    )
    paid = [evaluate(plan, PERSON, Period(2026, month)).total_minor for month in (1, 10, 11, 12)]
    assert paid == [25_000, 25_000, 30_000, 30_000]
    with pytest.raises(MissingInputError, match=r"param\.price \(it has no value yet in 2025-12\)"):
        evaluate(plan, PERSON, Period(2025, 12))


def test_a_ratio_metric_may_be_given_itself_instead_of_its_parts() -> None:
    plan = plan_of("pay: {kind: kicker, label: P, amount: 100, when: metric.win_rate >= 30%}")
    inputs = {name: value for name, value in PERSON.items() if name not in {"metric.won", "metric.closed"}}
    assert missing_inputs(plan, inputs) == ["metric.closed", "metric.won"]
    assert evaluate(plan, {**inputs, "metric.win_rate": Fraction(3, 10)}, NOVEMBER).total_minor == 10_000


@given(
    st.fractions(0, 10**6, max_denominator=100),
    st.fractions(0, 10**6, max_denominator=100),
    st.sampled_from(list(Better)),
)
def test_attainment_in_a_plan_is_the_attainment_of_the_scorecard(
    fact: Fraction, target: Fraction, better: Better
) -> None:
    name = "collected" if better is Better.HIGHER else "rejected"
    head = HEAD.replace("{metric: collected,", f"{{metric: {name}, zero_target: 7%,")
    plan = plan_of("pay: {kind: kicker, label: P, amount: 1}", head=head)
    standard = plan.standards["collected"]
    assert standard == Standard(
        id="collected",
        metric=name,
        per=Unit.MONTH,
        title=standard.title,
        target=standard.target,
        prorated=False,
        cap=Fraction(2),
        zero_target=Fraction(7, 100),
        better=better,
    )
    inputs = {**PERSON, f"metric.{name}": fact, "target.collected": target}
    assert evaluate(plan, inputs, NOVEMBER).attainments["collected"] == attainment(fact, target, standard)


@given(st.decimals(0, 10**7, places=2), st.integers(0, 2000), st.integers(0, 9))
def test_the_total_is_the_sum_of_rounded_lines_and_every_explanation_adds_up(
    collected: Decimal, calls: int, meetings: int
) -> None:
    result = pay(plan_of(PLAN), metric__collected=collected, metric__calls=calls, metric__meetings=meetings)
    assert result.total_minor == sum(line.amount_minor for line in result.lines)
    for line in result.lines:
        raw = Fraction(str(line.explanation["raw"]).rstrip("…"))
        steps = line.explanation["steps"]
        assert isinstance(steps, list)
        added = sum(
            (Fraction(str(step["amount"]).rstrip("…")) for step in steps if isinstance(step, dict)), Fraction(0)
        )
        assert abs(raw - added) < Fraction(1, 10**8)


def test_the_answer_of_plan_eval_is_decimal_text() -> None:
    plan = plan_of(PLAN)
    document = evaluation_document(plan, pay(plan, metric__collected=60_000, metric__calls=1260, metric__meetings=5))
    assert document["plan"] == "closer"
    assert document["hash"] == plan.content_hash
    assert document["lines"] == {"base": "1500.00", "pay": "3150.00", "top": "0.00"}
    assert document["factors"] == {"big": "1.5", "open": "1"}
    assert (document["total"], document["payable"]) == ("4650.00", "3150.00")


GIVEN = """
period: 2026-11
employee: {fixed_salary: "1500.00", grade: senior}
calendar: {workdays: 21, worked_days: 21}
target: {calls: 1260, collected: 60_000}
metric: {calls: 1260, collected: "72345.67", meetings: 34}
team: {at_standard: 85%}
balance: {anything: 5}
accumulated: {year: {metric: {collected: 5}}}
windowed: {pay: {metric: {calls: 5}}}
"""


def test_given_values_become_flat_exact_inputs() -> None:
    given = given_to_inputs(plan_of(PLAN), read_given(GIVEN, "given.yaml"))
    assert given.period == NOVEMBER
    assert given.inputs["metric.collected"] == Decimal("72345.67")
    assert given.inputs["team.at_standard"] == Fraction(85, 100)
    assert given.inputs["accumulated.year.metric.collected"] == 5
    assert given.inputs["windowed.pay.metric.calls"] == 5
    assert evaluate(plan_of(PLAN), given.inputs, given.period).total_minor == 150_000 + 407_593


def test_the_same_inputs_may_be_json() -> None:
    text = '{"metric": {"collected": "72345.67"}, "team": {"at_standard": "85%"}}'
    assert given_to_inputs(plan_of(PLAN), read_given(text, "given.json")).inputs == {
        "metric.collected": Decimal("72345.67"),
        "team.at_standard": Fraction(17, 20),
    }


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"metrics": {}}, 'Did you mean "metric"?'),
        ({"metric": {"cals": 5}}, 'No file declares the input `metric.cals`. Did you mean "metric.calls"?'),
        ({"metric": {"calls": "many"}}, "a number is wanted"),
        ({"team": {"at_standard": 85}}, "a percentage like 85% is wanted"),
        ({"employee": {"grade": 5}}, "a text is wanted"),
        ({"metric": 5}, "must be a map"),
        ({"target": {"won": 5}}, "No file declares the input `target.won`."),
        ({"attainment": {"calls": 5}}, "not a family of inputs"),
    ],
)
def test_an_input_that_no_file_declares_is_an_error(given: dict[str, object], words: str) -> None:
    with pytest.raises(UnknownInputError) as refusal:
        given_to_inputs(plan_of(PLAN), given)
    assert words in refusal.value.detail


def test_a_declared_input_that_the_plan_does_not_need_is_ignored() -> None:
    plan = plan_of("pay: {kind: kicker, label: P, amount: 1}")
    assert given_to_inputs(plan, {"metric": {"won": 5}}).inputs == {"metric.won": 5}
