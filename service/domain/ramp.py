"""Ramps: a target that is reached in weekly steps, or by the months somebody has been here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from service.domain.days import ONE_DAY, Span
from service.domain.event import JsonValue
from service.domain.period import Period
from service.domain.standard import DAYS_OF_A_WEEK, Ramp

BASELINE_WEEKS = 4
"""Full weeks before the start whose median a ramp begins at: one odd week moves it little."""

HIRED_BY_15 = "hired_by_15"
"""The month of hire is the first of a schedule only for those hired in its first half."""

FIRST_HALF = 15
"""The last day of a month's first half."""

WHOLE = Fraction(1)

WEEK = timedelta(days=DAYS_OF_A_WEEK)

RAMP_LOOKS_BACK = (BASELINE_WEEKS + 2) * WEEK
"""How far before a month its ramps may look: the weeks of a baseline, the one before them, and the part of a week."""


@dataclass(frozen=True, slots=True)
class RampWeek:
    """One step of a ramp: what is asked per unit of the standard on these days, on the way to `goal`.

    `median` is what the group attained in the week before, where that week decides; a step is `held` if it was below
    `hold_below`. Until the week before is over the step is a forecast, not `decided`.
    """

    person_id: str
    role: str
    standard: str
    starts_on: date
    first_day: date
    last_day: date
    amount: Fraction
    goal: Fraction
    median: Fraction | None = None
    hold_below: Fraction | None = None
    held: bool = False
    decided: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """Whose ramp of what."""
        return self.person_id, self.standard

    def covers(self, day: date) -> bool:
        """Whether the step is asked on that day."""
        return self.first_day <= day <= self.last_day


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - day.weekday() * ONE_DAY


def week_of(monday: date) -> Span:
    """The week of a Monday."""
    return monday, monday + WEEK - ONE_DAY


def first_step_days(starts_on: date) -> Span:
    """The days of the first step: to the end of the first full week, so that nobody has less than a week for it."""
    return starts_on, monday_of(starts_on - ONE_DAY) + WEEK + WEEK - ONE_DAY


def weeks_before(starts_on: date) -> list[Span]:
    """The last full weeks before a ramp, in order: what its baseline is the median of."""
    monday = monday_of(starts_on)
    return [week_of(monday - n * WEEK) for n in range(BASELINE_WEEKS, 0, -1)]


def next_step(amount: Fraction, goal: Fraction, max_step: Fraction) -> Fraction:
    """`min(goal, ceil(amount x (1 + max_step)))`: whole units, and never past the goal."""
    return min(goal, Fraction(ceil(amount * (1 + max_step))))


def median(values: Iterable[Fraction]) -> Fraction | None:
    """The middle value, or the mean of both; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def step_on(weeks: Sequence[RampWeek], day: date) -> RampWeek | None:
    """The step that is asked on a day."""
    return next((week for week in weeks if week.covers(day)), None)


def tenure_share(ramp: Ramp, hired_on: date, period: Period) -> Fraction:
    """The share of the target that a schedule asks in a month; all of it once the schedule has ended."""
    month = (period.year - hired_on.year) * 12 + period.month - hired_on.month
    if ramp.first_month == HIRED_BY_15 and hired_on.day > FIRST_HALF:
        month = max(month - 1, 0)
    return ramp.schedule[month] if 0 <= month < len(ramp.schedule) else WHOLE


def week_document(week: RampWeek) -> dict[str, JsonValue]:
    """A step as JSON; exact numbers as text, ratios as fractions."""
    return {
        "from": str(week.first_day),
        "to": str(week.last_day),
        "asked": str(week.amount),
        "goal": str(week.goal),
        "held": week.held,
        "decided": week.decided,
        "group_attained": None if week.median is None else str(week.median),
        "hold_below": None if week.hold_below is None else str(week.hold_below),
    }
