"""A hint is the nearest step that pays, and pays exactly what it says."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from service.domain.figures import GAP
from service.plans import evaluate
from service.plans.given import Given
from service.plans.hints import hints, told
from tests.plans.builders import NOVEMBER, PERSON, plan_of

RULES = """
pay: {kind: tiers, label: P, mode: whole, measure: attainment.collected, base: metric.collected,
  tiers: [{from: 0%, rate: 1%}, {from: 80%, rate: 4%}]}
open: {kind: gate, require: [attainment.calls >= 80%], otherwise: 50%, applies_to: [pay]}
late: {kind: penalty, label: L, amount: 5, per: metric.rejected, above: 10, max: 200}
"""


def texts(**given_values: Decimal | int) -> list[str]:
    inputs = dict(PERSON) | {name.replace("__", "."): value for name, value in given_values.items()}
    return [str(hint) for hint in hints(plan_of(RULES), Given(inputs, NOVEMBER))]


def test_one_call_short_of_a_gate_is_worth_the_gate() -> None:
    assert texts(metric__collected=50_000, metric__calls=1007)[0] == "1 more of Calls pays 1,000.00"


def test_the_way_to_the_next_tier_is_named_to_the_cent() -> None:
    found = texts(metric__collected=Decimal("42345.67"), metric__calls=1260)
    assert "5,654.33 more of Money received pays 1,496.54" in found


def test_where_less_is_better_a_hint_goes_down() -> None:
    assert "1 less of Leads sent back pays 5.00" in texts(metric__rejected=12, metric__calls=1260)


def test_a_month_that_cannot_pay_more_has_no_hints() -> None:
    plan = plan_of("pay: {kind: kicker, label: P, amount: 5, per: metric.won, max_units: 3}")
    assert hints(plan, Given(dict(PERSON) | {"metric.won": 3}, NOVEMBER)) == []


def test_a_hint_is_told_in_both_languages() -> None:
    inputs = dict(PERSON) | {"metric.collected": 50_000, "metric.calls": 1007}
    best = hints(plan_of(RULES), Given(inputs, NOVEMBER))[0]
    assert told(best, "en") == "1 more of “Calls” unlocks 1,000.00"
    assert told(best, "bg").replace(GAP, " ") == "Още 1 от „Calls“: 1 000,00 повече"


def test_what_is_done_now_moves_the_quarter_and_the_month_together() -> None:
    plan = plan_of(
        "pay: {kind: rate, label: P, base: metric.won, each: 5}\n"
        "year: {kind: tiers, label: Year, mode: step, measure: metric.won, accumulate: year,"
        " tiers: [{from: 0, amount: 0}, {from: 10, amount: 100}]}"
    )
    inputs = dict(PERSON) | {"metric.won": 1, "accumulated.year.metric.won": 9}
    (hint,) = hints(plan, Given(inputs, NOVEMBER))
    assert (hint.name, hint.step, hint.gain_minor) == ("metric.won", Fraction(1), 10_500)


def test_a_tier_of_the_year_is_found_where_nothing_is_paid_for_the_month() -> None:
    plan = plan_of(
        "year: {kind: tiers, label: Year, mode: step, measure: metric.won, accumulate: year,"
        " tiers: [{from: 0, amount: 0}, {from: 10, amount: 100}]}"
    )
    (hint,) = hints(plan, Given(dict(PERSON) | {"accumulated.year.metric.won": 7}, NOVEMBER))
    assert (hint.step, hint.to, hint.gain_minor) == (Fraction(3), Fraction(10), 10_000)
    assert hint.title == "Deals won"


def test_on_a_part_of_a_month_the_way_goes_to_its_own_threshold() -> None:
    plan = plan_of(
        "pay: {kind: tiers, label: P, mode: step, measure: metric.won,"
        " tiers: [{from: 0, amount: 0}, {from: 10, amount: 50}]}"
    )
    inputs = dict(PERSON) | {"metric.won": 3, "calendar.segment_share": Fraction(1, 2)}
    (hint,) = hints(plan, Given(inputs, NOVEMBER))
    assert (hint.step, hint.gain_minor) == (Fraction(2), 2500)


@given(st.integers(0, 90_000), st.integers(0, 2000), st.integers(0, 90))
def test_a_hint_that_is_followed_pays_what_it_said(collected: int, calls: int, rejected: int) -> None:
    plan = plan_of(RULES)
    inputs = dict(PERSON) | {"metric.collected": collected, "metric.calls": calls, "metric.rejected": rejected}
    now = evaluate(plan, inputs, NOVEMBER).total_minor
    for hint in hints(plan, Given(inputs, NOVEMBER)):
        assert hint.gain_minor > 0
        assert evaluate(plan, inputs | {hint.name: hint.to}, NOVEMBER).total_minor == now + hint.gain_minor
