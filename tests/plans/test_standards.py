"""A ramp that could not be worked out is refused where it is written."""

from __future__ import annotations

import pytest

from tests.plans.builders import COMPANY, messages

RULE = "pay: {kind: rate, label: P, base: metric.won, each: 10}"
COUNTED = "calls:     {metric: calls, per: day, target: {junior: 40, senior: 60}, ramp: RAMP}"


def told(standard: str) -> str:
    head = f"""
schema: incentive/1
plan: closer
title: Closer
effective: {{from: 2026-11-01}}
extends: [_org]
standards:
  {standard}
"""
    return " ".join(messages(RULE, head=head, company=COMPANY))


@pytest.mark.parametrize(
    ("ramp", "message"),
    [
        ("{}", "A ramp has the largest weekly step, `max_step`, or a `schedule`"),
        ("{max_step: 10%, schedule: [50%]}", "A ramp has the largest weekly step"),
        ("{max_step: 0%}", "A ramp that does not rise never reaches its target."),
        ("{schedule: [50%], hold_below: 85%}", "`hold_below` goes with `max_step`."),
        ("{max_step: 10%, first_month: hired_by_15}", "`first_month` goes with `schedule`."),
        ("{schedule: [half]}", "A schedule is a list of shares of the target"),
        ("{schedule: [50%], first_month: hired_by_16}", "hired_by_15"),
    ],
)
def test_a_ramp_is_one_of_two_forms(ramp: str, message: str) -> None:
    assert message in told(COUNTED.replace("RAMP", ramp))


@pytest.mark.parametrize(
    ("standard", "message"),
    [
        ("calls: {metric: calls, per: day, target: assigned, ramp: {max_step: 10%}}", "is not in a table"),
        ("calls: {metric: rejected, per: day, target: 9, cap: 150%, ramp: {max_step: 10%}}", "a ramp only rises"),
        ("calls: {metric: win_rate, per: month, target: 30%, ramp: {max_step: 10%}}", "is a level or a team's"),
        ("calls: {metric: team.collected, per: month, target: 9, ramp: {max_step: 10%}}", "is a level or a team's"),
    ],
)
def test_a_ramp_in_steps_needs_a_rising_target_of_own_work(standard: str, message: str) -> None:
    assert message in told(standard)


@pytest.mark.parametrize("ramp", ["{max_step: 10%, hold_below: 85%}", "{max_step: 7.5%}", "{schedule: [25%, 100%]}"])
def test_a_ramp_of_either_form_is_read(ramp: str) -> None:
    assert "ramp" not in told(COUNTED.replace("RAMP", ramp)).lower()
