"""A ramp rises in whole steps to its goal and not past it; a schedule asks by the months since the hire."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.period import Period
from service.domain.ramp import HIRED_BY_15, first_step_days, median, next_step, tenure_share, weeks_before
from service.domain.standard import Ramp

TENTH = Fraction(1, 10)
SHARES = st.fractions(Fraction(1, 100), Fraction(1, 2), max_denominator=100)


def steps(amount: Fraction, goal: Fraction, max_step: Fraction) -> list[Fraction]:
    """All steps from the first to the goal."""
    found = [amount]
    while found[-1] < goal:
        found.append(next_step(found[-1], goal, max_step))
    return found


def test_120_to_250_at_a_tenth_a_week() -> None:
    assert steps(Fraction(120), Fraction(250), TENTH) == [120, 132, 146, 161, 178, 196, 216, 238, 250]


@given(st.integers(1, 500), st.fractions(1, 1000), SHARES)
def test_steps_never_fall_never_pass_the_goal_and_never_rise_more_than_the_step(
    first: int, goal: Fraction, max_step: Fraction
) -> None:
    amount = min(Fraction(first), goal)
    after = next_step(amount, goal, max_step)
    assert amount <= after <= goal
    assert after < amount * (1 + max_step) + 1
    assert after > amount or amount == goal


@given(st.integers(1, 50), st.integers(1, 500), SHARES)
def test_every_ramp_ends_at_its_goal(first: int, goal: int, max_step: Fraction) -> None:
    assert steps(Fraction(min(first, goal)), Fraction(goal), max_step)[-1] == goal


@pytest.mark.parametrize(
    ("starts_on", "last_day"),
    [
        (date(2026, 10, 5), date(2026, 10, 11)),
        (date(2026, 10, 7), date(2026, 10, 18)),
        (date(2026, 11, 1), date(2026, 11, 8)),
    ],
)
def test_the_first_step_lasts_a_full_week_and_what_is_before_it(starts_on: date, last_day: date) -> None:
    assert first_step_days(starts_on) == (starts_on, last_day)


def test_a_baseline_looks_at_the_last_four_full_weeks() -> None:
    weeks = weeks_before(date(2026, 10, 7))
    assert (len(weeks), weeks[0][0], weeks[-1][1]) == (4, date(2026, 9, 7), date(2026, 10, 4))
    assert weeks_before(date(2026, 10, 5)) == weeks


def test_the_median_is_the_middle_or_the_mean_of_both() -> None:
    assert median([]) is None
    assert median([Fraction(3), Fraction(1), Fraction(2)]) == 2
    assert median([Fraction(4), Fraction(1), Fraction(2), Fraction(3)]) == Fraction(5, 2)


@pytest.mark.parametrize(
    ("hired_on", "first_month", "asked"),
    [
        (date(2026, 10, 15), HIRED_BY_15, ["1/4", "1/2", "1"]),
        (date(2026, 10, 16), HIRED_BY_15, ["1/4", "1/4", "1/2"]),
        (date(2026, 10, 31), "", ["1/4", "1/2", "1"]),
        (date(2024, 1, 1), "", ["1", "1", "1"]),
    ],
)
def test_a_schedule_asks_its_share_month_by_month(hired_on: date, first_month: str, asked: list[str]) -> None:
    ramp = Ramp(schedule=(Fraction(1, 4), Fraction(1, 2)), first_month=first_month)
    months = [Period(2026, 10), Period(2026, 11), Period(2026, 12)]
    assert [tenure_share(ramp, hired_on, month) for month in months] == [Fraction(text) for text in asked]
