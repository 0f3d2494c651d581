"""Rules that run once for each deal: what each deal gives, rounded for itself, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.figures import GAP
from service.plans import (
    Evaluation,
    Plan,
    UnknownInputError,
    evaluate,
    given_to_inputs,
    missing_inputs,
    plan_from_document,
    read_given,
)
from service.plans.deals import deal_inputs, deals_in
from service.plans.fast import amounts
from service.plans.lint import lint
from service.plans.month_inputs import inputs_from_snapshot, snapshot_document
from service.plans.paper import paper
from service.plans.paper.spoken import Speaker
from service.plans.paper.told import told
from tests.plans.builders import NOVEMBER, PERSON, messages, plan_of

RATE = "pay: {kind: rate, label: By deal, scope: deal, base: deal.amount, rate: 5%}"
TIERS = """pay: {kind: tiers, label: By deal, scope: deal, mode: marginal, measure: deal.amount,
  tiers: [{from: 0, rate: 2%}, {from: 10_000, rate: 3%}]}"""
WHEN = "new: {kind: kicker, label: New, scope: deal, amount: 50, when: deal.customer_kind == 'new' and metric.won >= 2}"


def paid(plan: Plan, text: str) -> Evaluation:
    inputs = {**PERSON, **given_to_inputs(plan, read_given(text, "given.yaml")).inputs}
    assert amounts(plan, inputs, NOVEMBER) == {
        line.rule: line.amount_minor for line in evaluate(plan, inputs, NOVEMBER).lines
    }
    return evaluate(plan, inputs, NOVEMBER)


def by_deal(plan: Plan, text: str, rule: str = "pay") -> Mapping[str, int]:
    (line,) = [line for line in paid(plan, text).lines if line.rule == rule]
    assert line.amount_minor == sum(line.by_deal.values())
    return line.by_deal


def test_tiers_begin_anew_with_each_deal_and_each_is_rounded_for_itself() -> None:
    plan = plan_of(TIERS)
    found = by_deal(plan, "deals: {A: {amount: 25_000}, B: {amount: 8_333.25}, C: {amount: 8_333.25}}")
    assert found == {"A": 65_000, "B": 16_667, "C": 16_667}


@given(st.dictionaries(st.text(min_size=1, max_size=12), st.integers(0, 10**9), max_size=6))
def test_a_line_is_the_sum_of_what_each_deal_would_give_alone(deals: dict[str, int]) -> None:
    plan = TIERS_PLAN
    flat = {name: {**PERSON, **deal_inputs(name, {"amount": Fraction(cents, 100)})} for name, cents in deals.items()}
    together = {key: value for one in flat.values() for key, value in one.items()} or dict(PERSON)
    alone = {name: amounts(plan, inputs, NOVEMBER)["pay"] for name, inputs in flat.items()}
    (line,) = evaluate(plan, together, NOVEMBER).lines
    assert dict(line.by_deal) == alone
    assert inputs_from_snapshot(_texts(snapshot_document(together))) == {
        key: value if isinstance(value, str) else Fraction(value) for key, value in together.items()
    }


TIERS_PLAN = plan_of(TIERS)


def _texts(document: object) -> Mapping[str, Mapping[str, str]]:
    assert isinstance(document, dict)
    return document


def test_factors_act_on_each_deal_before_it_is_rounded_and_other_lines_read_the_sum() -> None:
    plan = plan_of(
        RATE + "\n"
        "gate: {kind: gate, otherwise: 50%, applies_to: [pay], require: [metric.calls >= 10]}\n"
        "most: {kind: cap, label: Cap, lines: [pay], max: 5}"
    )
    evaluation = paid(plan, "deals: {A: {amount: 100.20}, B: {amount: 100.20}}")
    # 100.20 x 5 % x 50 % is 2.505, rounded up for each of the two; the month without rounding would be 5.01.
    assert {line.rule: line.amount_minor for line in evaluation.lines} == {"pay": 502, "most": -2}


def test_a_condition_may_ask_for_the_deal_and_for_the_month() -> None:
    plan = plan_of(WHEN)
    text = "metric: {won: %s}\ndeals: {A: {customer_kind: new}, B: {customer_kind: existing}, C: {}}"
    assert by_deal(plan, text % 2, "new") == {"A": 5000, "B": 0, "C": 0}
    assert by_deal(plan, text % 1, "new") == {"A": 0, "B": 0, "C": 0}


def test_what_nobody_told_of_a_deal_is_missing_and_named_and_never_zero() -> None:
    plan = plan_of(RATE)
    inputs = {**PERSON, **deal_inputs("D-1.7", {"margin": 5}), **deal_inputs("E", {"amount": 5})}
    assert missing_inputs(plan, inputs) == ["deals.D-1.7.amount"]
    assert deals_in(inputs)["D-1.7"] == {"deal.margin": 5, "deal.customer_kind": "unknown"}
    assert missing_inputs(plan_of(WHEN), inputs) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("metric: {won: 1}", "`deals` is not given. Write `deals: {}` for none."),
        ("deals: [A]", "`deals` must be a map"),
        ("deals: {A: 5}", "The deal A must be a map"),
        ("deals: {A: {amuont: 5}}", "Nothing of a deal is called `amuont`."),
        ("deals: {A: {amount: 5%}}", "`deal.amount` is 5%; a number is wanted."),
        ("deals: {A: {customer_kind: 5}}", "`deal.customer_kind` is 5; a text is wanted."),
    ],
)
def test_deals_that_are_given_wrongly_are_named(text: str, said: str) -> None:
    with pytest.raises(UnknownInputError, match=said.replace("{", r"\{").replace("}", r"\}")):
        given_to_inputs(plan_of(RATE), read_given(text, "given.yaml"))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("pay: {kind: rate, label: P, base: deal.amount, rate: 5%}", "single deals alone. Write `scope: deal`"),
        ("pay: {kind: kicker, label: P, amount: 5, when: deal.amount > 5}", "is known of single deals alone"),
        ("pay: {kind: rate, label: P, scope: deal, base: metric.collected, rate: 5%}", "paid on nothing of it"),
        ("pay: {kind: rate, label: P, scope: deal, base: deal.amount, rate: 5%, accumulate: year}", "leave `accum"),
        (
            "pay: {kind: kicker, label: P, scope: deal, amount: 5, window: {from: 2026-11-01, to: 2026-11-09}}",
            "leave `accumulate` and `window` out",
        ),
        ("pay: {kind: formula, label: P, why: w, scope: deal, amount: 5}", "scope"),
        ("pay: {kind: rate, label: P, scope: month, base: deal.amount, rate: 5%}", "is one of deal"),
        ("pay: {kind: rate, label: P, scope: deal, base: deal.amuont, rate: 5%}", 'Did you mean "deal.amount"'),
        ("pay: {kind: kicker, label: P, scope: deal, amount: 5, when: deal.customer_kind > 5}", "E-TYPE"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_of_a_deal_is_refused(rule: str, said: str) -> None:
    assert any(said in message for message in messages(rule)), messages(rule)


def test_points_and_pools_know_no_single_deal() -> None:
    more = "points:\n  row: {kind: when, label: Row, when: deal.amount > 5, points: 5}"
    assert any("Nothing is called `deal.amount`" in message for message in messages(RATE, more=more))


def test_the_stored_document_pays_the_same_and_the_scope_is_in_its_hash() -> None:
    plan = plan_of(RATE)
    again = plan_from_document(plan.document)
    assert (again.content_hash, again.deal_names) == (plan.content_hash, frozenset({"deal.amount"}))
    month = "pay: {kind: kicker, label: P, amount: 5}"
    assert plan_of(month).content_hash != plan_of(month.replace("amount", "scope: deal, amount")).content_hash


def test_the_thresholds_of_a_deal_are_not_prorated_on_a_part_of_a_month_and_those_of_the_month_are() -> None:
    plan = plan_of(TIERS + "\n" + WHEN)
    inputs = {**PERSON, "metric.won": 1, "calendar.segment_share": Fraction(1, 2)}
    inputs |= deal_inputs("A", {"amount": 25_000, "customer_kind": "new"})
    assert amounts(plan, inputs, NOVEMBER) == {"pay": 65_000, "new": 5000}


def test_the_reasons_tell_each_deal_and_why_one_gave_nothing() -> None:
    plan = plan_of(TIERS + "\n" + WHEN)
    lines = paid(plan, "metric: {won: 2}\ndeals: {A: {amount: 25_000}, B-1: {amount: 100, customer_kind: new}}").lines
    pay, new = (line.explanation for line in lines)
    assert pay["by_deal"] == {"A": "650.00", "B-1": "2.00"}
    said = told(Speaker(plan, "bg", NOVEMBER), "pay", pay)
    assert [(step.text.replace(GAP, " "), step.amount.replace(GAP, " ")) for step in said.steps] == [
        ("Сделка A: 10 000,00 между 0,00 и 10 000,00 x 2%", "200,00"),
        ("Сделка A: 15 000,00 над 10 000,00 x 3%", "450,00"),
        ("Сделка B-1: 100,00 между 0,00 и 10 000,00 x 2%", "2,00"),
    ]
    reasons = told(Speaker(plan, "en", NOVEMBER), "new", new).conditions
    assert [(reason.text, reason.holds) for reason in reasons] == [
        ("Deal A: The kind of customer: unknown, new is asked", False),
        ("Deal A: “Deals won”: 2, at least 2 is asked", True),
    ]


EXAMPLE = """
examples:
  - name: One
    given:
      target: {calls: 100, collected: 60_000}
      metric: {calls: 90, collected: 0}
      deals: {A: {amount: 20_000}}
    expect: {pay: 500.00}
"""


def test_the_document_of_the_plan_says_that_it_is_worked_out_by_deal() -> None:
    document = paper(plan_of(TIERS, more=EXAMPLE), "en")
    (section,) = document.sections
    assert section.sentences == (
        "You get a share of the amount of the deal, each slice at its own rate:",
        "It is worked out for each deal that you win, on its own.",
    )
    assert "Pay of the month against the amount of the deal" in document.chart


def test_the_linter_moves_the_amount_of_a_deal() -> None:
    rule = """pay: {kind: tiers, label: By deal, scope: deal, mode: step, measure: deal.amount,
      tiers: [{from: 0, amount: 0}, {from: 10_000, amount: 500}]}"""
    found = {(item.code, item.subject): item for item in lint(plan_of(rule, more=EXAMPLE), date(2026, 11, 1))}
    assert "0.01 more of deal.amount of a deal at 9,999.99" in found["W-CLIFF", "deal.amount"].message
    assert ("W-UNBOUNDED", "deal.amount") not in found
    assert ("W-UNBOUNDED", "deal.amount") in {
        (item.code, item.subject) for item in lint(plan_of(TIERS, more=EXAMPLE), date(2026, 11, 1))
    }


def test_a_month_without_deals_can_be_linted_and_told() -> None:
    plan = plan_of(
        TIERS + "\n" + WHEN,
        more=EXAMPLE.replace("{A: {amount: 20_000}}", "{}").replace("calls: 90", "won: 0, calls: 90"),
    )
    assert "W-COVER" in {item.code for item in lint(plan, date(2026, 11, 1))}
    assert paper(plan, "bg").sections
