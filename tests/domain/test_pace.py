"""The promises of the pace: what today asks for, and when it asks for nothing."""

from __future__ import annotations

from datetime import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.pace import DayPhase, MonthDays, pace, part_of_day, phase_of

DAYS = MonthDays(workdays=22, done=8, left=14)


def test_a_month_of_220_calls_with_64_done_on_the_ninth_workday_asks_for_12_today() -> None:
    at_nine = pace(220, 64, 0, DAYS, Fraction(0))
    assert (at_nine.today_target, at_nine.expected_now, at_nine.delta) == (12, Fraction(80), Fraction(-16))


def test_the_goal_of_today_does_not_move_while_the_person_works() -> None:
    now = pace(220, 64, 5, DAYS, Fraction(1, 2))
    assert (now.today_target, now.need_today) == (12, 7)
    assert (now.expected_now, now.delta) == (Fraction(85), Fraction(-16))


def test_a_done_day_asks_for_nothing_more() -> None:
    assert pace(220, 64, 14, DAYS, Fraction(1)).need_today == 0


def test_a_month_already_reached_asks_for_nothing() -> None:
    done = pace(220, 230, 0, DAYS, Fraction(0))
    assert (done.today_target, done.need_today, done.is_reachable) == (0, 0, True)


@pytest.mark.parametrize(("done_before", "reachable"), [(10, True), (9, False)])
def test_more_than_one_and_a_half_ordinary_days_is_out_of_reach(done_before: int, *, reachable: bool) -> None:
    """220 in 22 days is 10 a day; with 14 days left 15 a day is the most that is shown."""
    assert pace(220, done_before, 0, DAYS, Fraction(0)).is_reachable is reachable


def test_one_last_meeting_is_always_within_reach() -> None:
    assert pace(4, 3, 0, MonthDays(22, 21, 1), Fraction(0)).is_reachable


def test_without_a_workday_left_nothing_is_asked_for() -> None:
    over = pace(220, 200, 0, MonthDays(22, 22, 0), Fraction(1))
    assert (over.today_target, over.need_today, over.expected_now) == (0, 0, Fraction(220))


def test_a_person_without_workdays_has_no_pace_to_fall_behind() -> None:
    assert pace(0, 0, 0, MonthDays(0, 0, 0), Fraction(0)).delta == 0


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 23))
def test_doing_what_today_asks_every_day_reaches_the_month(target: int, done: int, left: int) -> None:
    for days_left in range(left, 0, -1):
        done += pace(target, done, 0, MonthDays(23, 23 - days_left, days_left), Fraction(0)).today_target
    assert done >= target


@pytest.mark.parametrize(
    ("moment", "workday", "phase"),
    [
        (time(8, 59), True, DayPhase.BEFORE),
        (time(9), True, DayPhase.WORKING),
        (time(18), True, DayPhase.OVER),
        (time(12), False, DayPhase.OFF),
    ],
)
def test_only_working_hours_ask_for_anything(moment: time, phase: DayPhase, *, workday: bool) -> None:
    assert phase_of(moment, is_workday=workday) is phase


@pytest.mark.parametrize(("moment", "part"), [(time(7), 0), (time(13, 30), Fraction(1, 2)), (time(23), 1)])
def test_the_part_of_the_day_stays_between_nothing_and_all(moment: time, part: Fraction) -> None:
    assert part_of_day(moment) == part
