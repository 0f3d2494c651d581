"""A plan that would be paid wrongly is refused with the reason, and everything else is not."""

from __future__ import annotations

import pytest

from service.plans import get_plan
from service.plans.payable import unpaid
from tests.plans.builders import plan_of
from tests.teams import team_rules

RELEASE = "{when: deal.paid_in_full, within: 120d, otherwise: pay}"
HELD = f"h: {{kind: holdback, label: H, lines: [pay], share: 20%, release: {RELEASE}}}"
DRAW = "{id}: {{kind: draw, label: D, amount: 10, lines: [pay], balance: {balance}, max_recover: 50%}}"
CLAWBACK = (
    "c: {{kind: clawback, label: C, of: [pay], event: payment.refunded, within: 90d, due: {due}, lines: [pay],"
    " max_share: 50%}}"
)
PAY = "pay: {kind: rate, label: P, base: metric.calls, each: 1}\n"


def reasons(rules: str) -> str:
    return " ".join(finding.message for finding in unpaid(plan_of(rules)))


def test_a_plan_of_teams_is_payable() -> None:
    rules = team_rules()
    assert unpaid(get_plan(rules, "group_lead")) == []
    assert unpaid(get_plan(rules, "closer")) == []


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (DRAW.format(id="d", balance="balance.other"), "balance.draw"),
        (DRAW.format(id="d", balance="balance.draw * 2"), "balance.draw"),
        (DRAW.format(id="d", balance="balance.draw") + "\n" + DRAW.format(id="e", balance="balance.draw"), "d, e"),
        (CLAWBACK.format(due="balance.clawback_due + 10"), "balance.clawback_due"),
        ("f: {kind: formula, label: F, amount: balance.clawback_due, why: x}", "balance.clawback_due"),
        (HELD.replace("share: 20%", "share: 20%, accumulate: year"), "accumulates"),
        ("f: {kind: formula, label: F, amount: balance.due, why: x}", "balance.due"),
        ("k: {kind: kicker, label: K, amount: 1, per: points.total}", "points.total"),
    ],
)
def test_what_rests_on_a_balance_that_nobody_keeps_is_refused(rule: str, reason: str) -> None:
    assert reason in reasons(PAY + rule)


@pytest.mark.parametrize(
    "rule", [HELD, DRAW.format(id="d", balance="balance.draw"), CLAWBACK.format(due="balance.clawback_due")]
)
def test_a_rule_that_lives_across_months_is_payable_on_the_balance_of_the_books(rule: str) -> None:
    assert not reasons(PAY + rule)


@pytest.mark.parametrize(
    ("points", "rule", "reason"),
    [
        (
            "when, label: W, when: team.collected >= 5, points: 3",
            "k: {kind: kicker, label: K, amount: 1}",
            "single day",
        ),
        ("per, label: P, metric: calls, each: 1", "k: {kind: rate, label: K, base: points.total, each: 1}", ""),
        (
            "per, label: P, metric: calls, each: 1",
            "k: {kind: rate, label: K, base: points.total, each: 1, accumulate: year}",
            "other days",
        ),
    ],
)
def test_points_are_of_a_single_day_and_added_up_for_a_month(points: str, rule: str, reason: str) -> None:
    plan = plan_of(PAY + rule, more=f"points:\n  p: {{kind: {points}}}\n")
    found = " ".join(finding.message for finding in unpaid(plan))
    assert reason in found
    assert bool(reason) is bool(found)


def test_what_an_accumulating_rule_gave_before_is_kept() -> None:
    assert not reasons("a: {kind: rate, label: A, base: metric.calls, each: 1, accumulate: year}")
