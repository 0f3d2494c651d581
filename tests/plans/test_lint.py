"""The linter finds what it is for, says what it costs, and accepts only what a person takes until a day."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.plans import Finding, check, load_rules, load_texts
from service.plans.fast import amounts
from service.plans.gate import audit, unpublishable
from service.plans.lint import lint
from tests.plans.builders import COMPANY, HEAD, NOVEMBER, PERSON, load, plan_of

TODAY = date(2026, 11, 23)
MONTH = """
examples:
  - name: A month
    given:
      employee: {fixed_salary: 1000, soft_salary: 500, grade: senior, tenure_months: 9}
      calendar: {workdays: 21, worked_days: 21}
      target: {calls: 1000, collected: 50_000}
      metric: {calls: 900, meetings: 20, collected: 40_000, rejected: 5, won: 6, closed: 10}
      team: {collected: 100_000, planned: 90_000, at_standard: 85%}
    expect: {}
"""
BASE = "base: {kind: fixed, label: F, amount: employee.fixed_salary}\n"
CAP = "\ntop: {kind: cap, label: Cap, lines: [pay], max: 9_000}"


def found(rules: str, *, more: str = MONTH, head: str = HEAD, company: str = COMPANY) -> dict[str, Finding]:
    plan = plan_of(BASE + rules, head=head, more=more, company=company)
    return {item.code: item for item in lint(plan, TODAY) if item.code not in {"W-COVER", "W-UNUSED"}}


def test_a_smooth_capped_plan_has_no_findings() -> None:
    assert found("pay: {kind: rate, label: P, base: metric.collected, rate: 1%}" + CAP) == {}


def test_a_cliff_is_found_at_its_unit_with_its_amount() -> None:
    whole = (
        "pay: {kind: tiers, label: P, mode: whole, measure: attainment.collected, base: metric.collected, "
        "tiers: [{from: 0%, rate: 1%}, {from: 80%, rate: 4%}]}"
    )
    cliff = found(whole + CAP)["W-CLIFF"]
    assert cliff.subject == "collected"
    assert cliff.amount_minor == 120_000
    assert "0.01 more of metric.collected" in cliff.message
    assert "at 39,999.99 moves the month by 1,200.00, from 1,400.00." in cliff.message


def test_a_fair_price_for_one_large_thing_is_no_cliff() -> None:
    assert "W-CLIFF" not in found("pay: {kind: kicker, label: P, amount: 300, per: metric.won, max_units: 20}" + CAP)


def test_pay_that_falls_when_more_is_done_is_found() -> None:
    falling = (
        "pay: {kind: tiers, label: P, mode: whole, measure: metric.collected, "
        "tiers: [{from: 0, rate: 4%}, {from: 45_000, rate: 3%}]}"
    )
    worst = found(falling + CAP)["W-NONMONO"]
    assert worst.amount_minor == -45_000
    assert "Pay falls by 450.00" in worst.message


def test_pay_that_rises_when_less_would_be_better_is_found() -> None:
    rules = "pay: {kind: kicker, label: P, amount: 5, per: metric.rejected, max_units: 100}"
    assert "less of it is better" in found(rules)["W-NONMONO"].message


def test_pay_without_end_is_found_and_a_cap_ends_it() -> None:
    rate = "pay: {kind: rate, label: P, base: metric.collected, rate: 1%}"
    assert found(rate)["W-UNBOUNDED"].subject == "collected"
    assert "W-UNBOUNDED" not in found(rate + CAP)


def test_a_month_that_can_go_below_zero_is_found() -> None:
    rules = "pay: {kind: formula, why: w, label: P, amount: 100 - metric.rejected * 30}"
    assert found(rules)["W-NEGATIVE"].amount_minor is not None
    floor = "\nlow: {kind: floor, label: L, lines: [pay], min: 0}"
    assert "W-NEGATIVE" not in found(rules + floor)


def test_effort_that_pays_nothing_is_found() -> None:
    rules = (
        "pay: {kind: formula, why: w, label: P, amount: "
        '"min(metric.collected, 10_000) * 1% + min(max(metric.collected - 40_000, 0), 20_000) * 1%"}'
    )
    dead = found(rules)["W-DEAD"]
    assert dead.subject == "collected"
    assert "more metric.collected" in dead.message


def test_a_tier_like_its_neighbour_and_one_out_of_reach_are_found() -> None:
    rules = (
        "pay: {kind: tiers, label: P, mode: step, measure: attainment.calls, "
        "tiers: [{from: 0%, amount: 0}, {from: 80%, amount: 0}, {from: 151%, amount: 9}]}"
    )
    assert {"W-TIER", "W-REACH"} <= found(rules).keys()
    assert "starts at 151%, above the cap of its attainment, 150%" in found(rules)["W-REACH"].message


FORFEIT = """
pay: {kind: holdback, label: P, lines: [base], share: 5%,
      release: {when: deal.paid_in_full, within: 9d, otherwise: forfeit}}
"""


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("pay: {kind: penalty, label: P, amount: 1, per: metric.rejected, max: 9}", "takes money away for conduct"),
        ("pay: {kind: draw, label: P, amount: 1, lines: [base], balance: balance.d, max_recover: 5%}", "a debt"),
        (FORFEIT, "forfeits pay"),
    ],
)
def test_what_labour_law_may_not_allow_is_found(rule: str, words: str) -> None:
    assert words in found(rule)["W-LABOUR"].message


CLAWBACK = (
    "pay: {kind: rate, label: P, base: metric.collected, rate: 1%}\n"
    "back: {kind: clawback, label: B, of: [pay], event: payment.refunded, within: 90d, due: balance.due, "
    "lines: [pay], max_share: 50%}" + CAP
)


def test_a_clawback_of_what_is_net_of_refunds_is_an_error() -> None:
    assert "metric.collected is net of refunds already" in found(CLAWBACK)["E-NETCLAW"].message
    gross = COMPANY.replace("[payment.received, payment.refunded]", "payment.received")
    assert "E-NETCLAW" not in found(CLAWBACK, company=gross)


def test_a_target_that_jumps_without_a_ramp_is_found() -> None:
    jump = HEAD.replace("senior: 60", "senior: {2026-01-01: 60, 2026-12-01: 70}")
    rule = "pay: {kind: rate, label: P, base: metric.collected, rate: 1%}" + CAP
    assert (
        'The target of senior in standard "calls" rises from 60 to 70 at once.'
        in found(rule, head=jump)["W-RAMP"].message
    )
    assert "W-RAMP" not in found(rule, head=jump.replace("cap: 150%", "cap: 150%, ramp: {max_step: 10%}"))
    assert "W-RAMP" not in found(rule, head=jump.replace("2026-12-01: 70", "2026-12-01: 66"))


def test_one_call_worth_more_than_a_week_of_money_is_found() -> None:
    rules = (
        "pay: {kind: kicker, label: P, amount: 90, per: metric.calls, max_units: 9_999}\n"
        "share: {kind: rate, label: S, base: metric.collected, rate: 0.1%}" + CAP.replace("[pay]", "[share]")
    )
    game = found(rules)["W-GAMING"]
    assert (game.subject, game.amount_minor) == ("calls", 9000)


def test_words_and_rules_that_nobody_uses_or_shows_are_found() -> None:
    plan = plan_of(
        "pay: {kind: kicker, label: P, amount: 5, per: metric.won, above: 20}\n"
        "open: {kind: gate, require: [metric.won > 1], otherwise: 0%, applies_to: [pay]}",
        more=MONTH + "params: {idle: 5}\n",
    )
    lines = [str(item) for item in lint(plan, TODAY)]
    assert any('W-COVER No example gets anything from rule "pay".' in line for line in lines)
    assert any('W-COVER No example shows the gate "open" both open and shut.' in line for line in lines)
    assert any('W-UNUSED Nothing uses the parameter "idle".' in line for line in lines)
    assert any('W-UNUSED Nothing uses the standard "calls".' in line for line in lines)


ACCEPT = "accept: [{{lint: W-UNBOUNDED, at: {at}, because: agreed, by: CFO, until: {until}}}]\n"
ENDLESS = "pay: {kind: rate, label: P, base: metric.collected, rate: 1%}"


def test_a_finding_is_accepted_by_a_person_until_a_day() -> None:
    assert found(ENDLESS, more=MONTH + ACCEPT.format(at="collected", until="2026-11-23")) == {}
    late = found(ENDLESS, more=MONTH + ACCEPT.format(at="collected", until="2026-11-22"))
    assert set(late) == {"W-UNBOUNDED", "W-ACCEPT"}
    assert "ended on 2026-11-22" in late["W-ACCEPT"].message
    idle = found(ENDLESS, more=MONTH + ACCEPT.format(at="calls", until="2026-12-31"))
    assert set(idle) == {"W-UNBOUNDED", "W-ACCEPT"}
    assert "matches no finding" in idle["W-ACCEPT"].message


def test_an_error_cannot_be_accepted_away() -> None:
    accept = "accept: [{lint: E-NETCLAW, at: back, because: agreed, by: CFO, until: 2027-01-01}]\n"
    plan = plan_of(BASE + CLAWBACK, more=MONTH + accept)
    codes = [item.code for item in lint(plan, TODAY)]
    assert "E-NETCLAW" in codes
    assert "E-SHAPE" in codes


def test_every_finding_has_a_place_in_a_file() -> None:
    rules = load(BASE + ENDLESS, more=MONTH)
    assert check(rules) == []
    assert all(item.place.line for item in lint(rules.plans["closer"], TODAY))


def test_a_company_without_examples_is_still_read_over() -> None:
    plan = plan_of("pay: {kind: kicker, label: P, amount: 5, per: metric.won}")
    assert {"W-COVER"} <= {item.code for item in lint(plan, TODAY)}
    assert load_texts({"_org.yaml": COMPANY}).plans == {}


RATES = st.lists(st.integers(0, 12), min_size=2, max_size=4)


@settings(max_examples=25)
@given(RATES, st.sampled_from(["marginal", "whole"]), st.lists(st.integers(0, 120_000), min_size=2, max_size=40))
def test_where_the_linter_sees_no_falling_pay_random_search_finds_none(
    rates: list[int], mode: str, tried: list[int]
) -> None:
    tiers = ", ".join(f"{{from: {index * 25_000}, rate: {rate}%}}" for index, rate in enumerate(rates))
    plan = plan_of(
        f"pay: {{kind: tiers, label: P, mode: {mode}, measure: metric.collected, tiers: [{tiers}]}}", more=MONTH
    )
    falling = any(item.code == "W-NONMONO" for item in lint(plan, TODAY))
    paid = [amounts(plan, {**PERSON, "metric.collected": Fraction(value)}, NOVEMBER)["pay"] for value in sorted(tried)]
    if not falling:
        assert paid == sorted(paid)


def test_the_shipped_plans_have_no_open_findings() -> None:
    shipped = load_rules(Path(__file__).parents[2] / "rules")
    assert [str(item) for item in audit(shipped, [], TODAY)] == []


def test_an_open_finding_blocks_publishing_when_the_linter_is_asked() -> None:
    rules = load(BASE + ENDLESS, more=MONTH + "params: {idle: 5}\n")
    assert {item.code for item in audit(rules, ["closer"], TODAY)} == {"W-UNBOUNDED", "W-UNUSED"}
    blocked = {item.code for item in unpublishable(rules, "closer", TODAY)}
    assert blocked == {"W-UNBOUNDED", "W-UNUSED", "W-GUARD"}
    assert {item.code for item in unpublishable(rules, "closer")} == {"W-GUARD"}
