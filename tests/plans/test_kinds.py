"""Every kind pays what its page says, to the cent, at its edges."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.plans.builders import amount, pay, plan_of


def only(rule: str) -> str:
    return f"pay: {{label: Pay, {rule}}}"


@pytest.mark.parametrize(("worked", "minor"), [(21, 150_000), (10, 71_429), (0, 0)])
def test_a_fixed_salary_follows_the_days(worked: int, minor: int) -> None:
    plan = plan_of(only("kind: fixed, amount: employee.fixed_salary, prorate: workdays"))
    assert amount(plan, calendar__worked_days=worked) == minor


def test_a_fixed_amount_may_be_whole() -> None:
    plan = plan_of(only("kind: fixed, amount: 100, prorate: none"))
    assert amount(plan, calendar__worked_days=1) == 10_000


def test_a_fixed_line_is_shown_and_not_payable() -> None:
    plan = plan_of(only("kind: fixed, amount: 100") + "\nextra: {kind: kicker, label: Extra, amount: 5}")
    assert (pay(plan).total_minor, pay(plan).payable_minor) == (10_500, 500)


SCORECARD = only(
    "kind: scorecard, amount: employee.soft_salary, parts: ["
    "{standard: calls, weight: 40%, curve: soft}, {standard: collected, weight: 60%, curve: soft}]"
)


@pytest.mark.parametrize(
    ("calls", "collected", "minor"),
    [
        (1260, 60_000, 100_000),
        (0, 0, 0),
        (630, 60_000, 60_000),
        (629, 60_000, 60_000),
        (945, 60_000, 80_000),
        (9999, 60_000, 112_000),
        (1260, -5, 40_000),
    ],
)
def test_a_scorecard_weighs_standards_through_their_curve(calls: int, collected: int, minor: int) -> None:
    assert amount(plan_of(SCORECARD), metric__calls=calls, metric__collected=collected) == minor


def test_a_scorecard_pays_the_days_worked() -> None:
    plan = plan_of(SCORECARD)
    assert amount(plan, metric__calls=1260, metric__collected=60_000, calendar__worked_days=10) == 47_619


def test_a_rate_pays_what_is_above_and_nothing_for_less() -> None:
    plan = plan_of(only("kind: rate, base: metric.meetings, each: 15, above: 4"))
    assert [amount(plan, metric__meetings=n) for n in (0, 4, 5, 31)] == [0, 0, 1500, 40_500]


def test_a_rate_on_money_is_rounded_half_up_once() -> None:
    plan = plan_of(only("kind: rate, base: metric.collected, rate: 0.5%"))
    assert amount(plan, metric__collected=Decimal("1.00")) == 1
    assert amount(plan, metric__collected=Decimal("0.99")) == 0


MARGINAL = only(
    "kind: tiers, mode: marginal, measure: metric.collected, tiers: ["
    "{from: 0, rate: 3%}, {from: 30_000, rate: 4%}, {from: 60_000, rate: 5%}, {from: 100_000, rate: 6%}]"
)


@pytest.mark.parametrize(
    ("collected", "minor"),
    [("0", 0), ("-1000", 0), ("30000", 90_000), ("30000.01", 90_000), ("72345.67", 271_728), ("250000", 1_310_000)],
)
def test_marginal_tiers_pay_each_slice_at_its_own_rate(collected: str, minor: int) -> None:
    assert amount(plan_of(MARGINAL), metric__collected=Decimal(collected)) == minor


def test_marginal_tiers_have_no_cliff_where_one_ends() -> None:
    plan = plan_of(MARGINAL)
    below, at, above = (amount(plan, metric__collected=Decimal(60_000) + step) for step in (-1, 0, 1))
    assert (at - below, above - at) == (4, 5)


WHOLE = only(
    "kind: tiers, mode: whole, measure: attainment.collected, base: metric.collected, tiers: ["
    "{from: 0%, rate: 0%}, {from: 70%, rate: 2%}, {from: 80%, rate: 4%}, {above: 100%, rate: 8%}]"
)


@pytest.mark.parametrize(
    ("collected", "minor"),
    [
        ("41999.99", 0),
        ("42000", 84_000),
        ("47999.99", 96_000),
        ("48000", 192_000),
        ("60000", 240_000),
        ("60000.01", 480_000),
    ],
)
def test_whole_tiers_reprice_everything_and_above_leaves_its_start_below(collected: str, minor: int) -> None:
    assert amount(plan_of(WHOLE), metric__collected=Decimal(collected)) == minor


def test_whole_tiers_may_price_counted_things() -> None:
    plan = plan_of(
        only(
            "kind: tiers, mode: whole, measure: attainment.calls, base: metric.meetings, tiers: ["
            "{from: 0%, each: 0}, {from: 80%, each: 6}]"
        )
    )
    assert amount(plan, metric__calls=1008, metric__meetings=5) == 3000
    assert amount(plan, metric__calls=1007, metric__meetings=5) == 0


def test_step_tiers_pay_the_amount_of_the_tier() -> None:
    plan = plan_of(
        only(
            "kind: tiers, mode: step, measure: attainment.collected, tiers: ["
            "{from: 0%, amount: 0}, {from: 80%, amount: employee.fixed_salary * 10%}, {from: 100%, amount: 500}]"
        )
    )
    assert [amount(plan, metric__collected=n) for n in (47_999, 48_000, 60_000)] == [0, 15_000, 50_000]


def test_interpolated_tiers_run_straight_between_points() -> None:
    plan = plan_of(
        only(
            "kind: tiers, mode: interpolated, measure: attainment.collected, tiers: ["
            "{from: 0%, amount: 0}, {from: 50%, amount: 100}, {from: 100%, amount: 1000}]"
        )
    )
    assert [amount(plan, metric__collected=n) for n in (15_000, 30_000, 45_000, 60_000, 99_000)] == [
        5000,
        10_000,
        55_000,
        100_000,
        100_000,
    ]


def test_an_accelerator_pays_extra_on_the_part_above_shares_of_the_target() -> None:
    plan = plan_of(
        only(
            "kind: accelerator, base: metric.collected, over: collected, steps: ["
            "{from: 100%, extra: 2%}, {from: 130%, extra: 3%}]"
        )
    )
    assert [amount(plan, metric__collected=n) for n in (60_000, 78_000, 100_000)] == [0, 36_000, 102_000]


RATE = "pay: {kind: rate, label: Pay, base: metric.collected, rate: 1%}\n"


@pytest.mark.parametrize(
    ("collected", "factor", "minor"), [(47_999, 0, 0), (48_000, 1, 48_000), (60_000, Fraction(3, 2), 90_000)]
)
def test_a_multiplier_changes_a_line_before_it_is_rounded(collected: int, factor: Fraction, minor: int) -> None:
    plan = plan_of(RATE + "big: {kind: multiplier, by: attainment.collected, curve: thresholds, applies_to: [pay]}")
    result = pay(plan, metric__collected=collected)
    assert (result.factors["big"], result.total_minor) == (factor, minor)


def test_a_gate_leaves_its_rest_when_one_requirement_fails() -> None:
    plan = plan_of(
        RATE + "open: {kind: gate, require: [attainment.calls >= 80%, metric.meetings >= 5], otherwise: 50%, "
        "applies_to: [pay]}"
    )
    assert amount(plan, metric__collected=10_000, metric__calls=1008, metric__meetings=5) == 10_000
    assert amount(plan, metric__collected=10_000, metric__calls=1007, metric__meetings=5) == 5000
    assert amount(plan, metric__collected=10_000, metric__calls=1008, metric__meetings=4) == 5000


def test_several_factors_multiply_and_the_line_is_rounded_once() -> None:
    plan = plan_of(
        "pay: {kind: kicker, label: Pay, amount: 0.05}\n"
        "a: {kind: gate, require: [metric.calls > 0], otherwise: 50%, applies_to: [pay]}\n"
        "b: {kind: gate, require: [metric.calls > 0], otherwise: 50%, applies_to: [pay]}"
    )
    assert amount(plan) == 1


def test_a_cap_is_a_line_of_its_own() -> None:
    plan = plan_of(RATE + "top: {kind: cap, label: Cap, lines: [pay], max: 300}")
    assert [amount(plan, "top", metric__collected=n) for n in (29_999, 30_000, 50_000)] == [0, 0, -20_000]


def test_a_floor_lifts_what_is_missing() -> None:
    plan = plan_of(RATE + "low: {kind: floor, label: Floor, lines: [pay], min: 300}")
    assert [amount(plan, "low", metric__collected=n) for n in (0, 30_000, 50_000)] == [30_000, 0, 0]


def test_a_kicker_counts_units_above_and_up_to_a_number() -> None:
    plan = plan_of(only("kind: kicker, amount: 300, per: metric.won, above: 2, max_units: 10"))
    assert [amount(plan, metric__won=n) for n in (0, 2, 3, 12, 20)] == [0, 0, 30_000, 300_000, 300_000]


def test_a_kicker_without_units_is_paid_once_when_its_condition_holds() -> None:
    plan = plan_of(only("kind: kicker, amount: 300, when: metric.won >= 3"))
    assert [amount(plan, metric__won=n) for n in (2, 3, 9)] == [0, 30_000, 30_000]


def test_a_penalty_stops_at_its_maximum() -> None:
    plan = plan_of(only("kind: penalty, amount: 5, per: metric.rejected, above: 10, max: 200"))
    assert [amount(plan, metric__rejected=n) for n in (0, 10, 12, 50, 90)] == [0, 0, -1000, -20_000, -20_000]


def test_an_override_pays_on_the_team_by_the_tier_reached() -> None:
    plan = plan_of(
        "pay: {kind: override, label: Pay, base: team.collected, measure: attainment.team, mode: whole, "
        "tiers: [{from: 0%, rate: 1%}, {from: 100%, rate: 2%}]}",
        head="schema: incentive/1\nplan: closer\ntitle: Lead\nextends: [_org]\n"
        "standards: {team: {metric: team.collected, per: month, target: team.planned, cap: 200%}}",
    )
    assert [amount(plan, team__planned=100_000, team__collected=n) for n in (99_999, 100_000)] == [99_999, 200_000]


def test_a_holdback_keeps_a_share_of_the_rounded_line() -> None:
    plan = plan_of(
        RATE + "kept: {kind: holdback, label: Kept, lines: [pay], share: 20%, "
        "release: {when: deal.paid_in_full, within: 120d, otherwise: forfeit}}"
    )
    assert amount(plan, "kept", metric__collected=Decimal("312487.60")) == -62_498


def test_a_draw_tops_up_and_is_recovered_only_out_of_earnings_above_it() -> None:
    plan = plan_of(
        RATE + "draw: {kind: draw, label: Draw, amount: 800, when: employee.tenure_months < 3, lines: [pay], "
        "balance: balance.draw, max_recover: 50%}"
    )
    assert amount(plan, "draw", metric__collected=30_000, employee__tenure_months=1) == 50_000
    assert amount(plan, "draw", metric__collected=30_000, employee__tenure_months=3) == 0
    assert amount(plan, "draw", metric__collected=100_000, employee__tenure_months=3, balance__draw=500) == -10_000
    assert amount(plan, "draw", metric__collected=100_000, employee__tenure_months=3, balance__draw=40) == -4000
    assert amount(plan, "draw", metric__collected=80_000, employee__tenure_months=3, balance__draw=500) == 0


def test_a_clawback_never_takes_more_than_its_share_of_the_month() -> None:
    plan = plan_of(
        RATE + "back: {kind: clawback, label: Back, of: [pay], event: payment.refunded, within: 90d, "
        "due: balance.due, lines: [pay], max_share: 50%}"
    )
    assert amount(plan, "back", metric__collected=100_000, balance__due=100) == -10_000
    assert amount(plan, "back", metric__collected=100_000, balance__due=900) == -50_000


def test_a_formula_is_any_expression() -> None:
    plan = plan_of(only('kind: formula, why: an old contract, amount: "max(metric.collected * 1% - 100, 0)"'))
    assert [amount(plan, metric__collected=n) for n in (5000, 50_000)] == [0, 40_000]


def test_an_accumulating_rule_pays_the_difference_to_what_was_paid() -> None:
    plan = plan_of(only("kind: rate, base: metric.collected, rate: 1%, accumulate: year"))
    assert "accumulated.year.metric.collected" in plan.inputs
    result = pay(plan, accumulated__year__metric__collected=120_000, balance__paid_pay=1000)
    assert result.total_minor == 20_000


def test_a_window_counts_only_the_facts_of_its_days() -> None:
    plan = plan_of(only("kind: kicker, amount: 10, per: metric.won, window: {from: 2026-11-10, to: 2026-11-20}"))
    assert plan.inputs & {"metric.won", "windowed.pay.metric.won"} == {"windowed.pay.metric.won"}
    assert pay(plan, windowed__pay__metric__won=3).total_minor == 3000


def test_a_ratio_metric_is_the_quotient_of_the_period() -> None:
    plan = plan_of(only("kind: kicker, amount: 100, when: metric.win_rate >= 30%"))
    assert [amount(plan, metric__won=won, metric__closed=closed) for won, closed in ((3, 10), (2, 10), (4, 4))] == [
        10_000,
        0,
        0,
    ]


def test_money_over_a_count_is_money() -> None:
    plan = plan_of(only("kind: rate, base: metric.per_deal, rate: 10%"))
    assert amount(plan, metric__won=3, metric__collected=1000) == 3333


@pytest.mark.parametrize(("fact", "minor"), [(10, 10_000), (20, 5000), (5, 20_000), (0, 20_000)])
def test_where_less_is_better_attainment_turns_around_and_nothing_gives_the_cap(fact: int, minor: int) -> None:
    head = (
        "schema: incentive/1\nplan: closer\ntitle: C\nextends: [_org]\n"
        "standards: {sent: {metric: rejected, per: month, target: 10, cap: 200%}}"
    )
    plan = plan_of(only("kind: formula, why: w, amount: attainment.sent * 100"), head=head)
    assert amount(plan, metric__rejected=fact, target__sent=10) == minor
