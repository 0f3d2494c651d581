"""Pace: what is asked of today so that the month stays reachable, and whether a person is ahead or behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from fractions import Fraction
from math import ceil

from service.domain.money import Exact

WORK_STARTS = time(9)
"""Before this hour of the company's day nobody is asked for anything."""

WORK_ENDS = time(18)
"""After this hour the day is over: no countdown in the evening."""

USUAL_PACE = Fraction(3, 2)
"""More than this many ordinary days in one day is not shown as a goal: nobody reaches it, and everybody sees that."""

MINUTES_OF_AN_HOUR = 60


class DayPhase(StrEnum):
    """Where in its day a person is."""

    OFF = "off"
    BEFORE = "before"
    WORKING = "working"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class MonthDays:
    """A person's workdays of a month: all, those done in full, and those left with today included."""

    workdays: int
    done: int
    left: int


@dataclass(frozen=True, slots=True)
class Pace:
    """What today asks for; `delta` is how far ahead (positive) or behind of an even pace the person is now.

    `usual_target` is an ordinary day: what is shown instead of a goal that is out of reach.
    """

    today_target: int
    usual_target: int
    need_today: int
    expected_now: Fraction
    delta: Fraction
    is_reachable: bool


def phase_of(moment: time, *, is_workday: bool) -> DayPhase:
    """Where in its day a person is, by the company's clock."""
    if not is_workday:
        return DayPhase.OFF
    if moment < WORK_STARTS:
        return DayPhase.BEFORE
    return DayPhase.WORKING if moment < WORK_ENDS else DayPhase.OVER


def part_of_day(moment: time) -> Fraction:
    """The part of the working hours that has passed, from 0 to 1."""
    passed, whole = _minutes(moment) - _minutes(WORK_STARTS), _minutes(WORK_ENDS) - _minutes(WORK_STARTS)
    return min(max(Fraction(passed, whole), Fraction(0)), Fraction(1))


def pace(target: Exact, done_before: Exact, done_today: Exact, days: MonthDays, part: Fraction) -> Pace:
    """The pace of one standard; `done_before` is what stood at the start of today, so that the goal does not run away.

    Without a day left nothing is asked for today.
    """
    wanted, before, today = Fraction(target), Fraction(done_before), Fraction(done_today)
    today_target = max(ceil((wanted - before) / days.left), 0) if days.left else 0
    usual = wanted / days.workdays if days.workdays else Fraction(0)
    expected = min(usual * (days.done + part), wanted)
    return Pace(
        today_target=today_target,
        usual_target=ceil(usual),
        need_today=max(0, ceil(today_target - today)),
        expected_now=expected,
        delta=before + today - expected,
        is_reachable=today_target <= max(USUAL_PACE * usual, Fraction(1)),
    )


def _minutes(moment: time) -> int:
    return moment.hour * MINUTES_OF_AN_HOUR + moment.minute
