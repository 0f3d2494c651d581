"""A standard: the target of a metric for a role, dated and by grade, and how far a fact attains it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from service.domain.metric import Better
from service.domain.money import Exact
from service.domain.period import Period

EVERYBODY = ""
"""The key of a target that holds for every grade."""

WORKDAYS_OF_A_WEEK = 5
"""A weekly target spread over the working week, however the week is arranged for one person."""

DAYS_OF_A_WEEK = 7
"""A weekly target without a working calendar is spread over all days."""

MONTHS_OF_A_QUARTER = 3
"""A quarterly target is asked in equal parts of its months."""


class Unit(StrEnum):
    """The stretch of time a target is written for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Step:
    """A value and the day from which it holds; None means always."""

    valid_from: date | None
    value: Fraction


@dataclass(frozen=True, slots=True)
class Ramp:
    """How a target may rise: the largest weekly step and the attainment of the group below which the next step waits.

    Or, with a schedule, the share of the target asked in each month since the hire.
    """

    max_step: Fraction | None = None
    hold_below: Fraction | None = None
    schedule: tuple[Fraction, ...] = ()
    first_month: str = ""


@dataclass(frozen=True, slots=True)
class Standard:
    """The target of one metric; `assigned` is given per person and month, `team_target` names a team metric."""

    id: str
    metric: str
    per: Unit
    title: str = ""
    title_bg: str = ""
    target: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    assigned: bool = False
    team_target: str = ""
    prorated: bool = True
    cap: Fraction | None = None
    zero_target: Fraction = Fraction(0)
    better: Better = Better.HIGHER
    ramp: Ramp | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """A stretch of a month under one grade: the days the person was present, and the part of full time.

    `step` is what a ramp asks there at most instead of the table, per unit of the standard.
    """

    grade: str
    days_present: Exact
    fte: Exact = 1
    step: Fraction | None = None


def value_on(steps: Sequence[Step], day: date) -> Fraction | None:
    """The value of a dated series in force on a day; None before its first date."""
    current: Fraction | None = None
    for step in sorted(steps, key=lambda item: item.valid_from or date.min):
        if step.valid_from is None or step.valid_from <= day:
            current = step.value
    return current


def unit_target(standard: Standard, grade: str, day: date) -> Fraction | None:
    """The target per day, week, month or quarter that holds for a grade on a day; None if the table has none."""
    steps = standard.target.get(grade, standard.target.get(EVERYBODY, ()))
    return value_on(steps, day)


def month_target(standard: Standard, stays: Sequence[Stay], period: Period, workdays: int) -> Fraction | None:
    """The exact target of a month by the table of grades; None if it is assigned, a team's, or has no such grade.

    With the working calendar it counts the days present and scales with part time; without, it is not prorated, and a
    change of grade weighs the grades by their days. `workdays` are the working days of the person's calendar.
    """
    if standard.assigned or standard.team_target or not stays:
        return None
    known = _asked(standard, stays, period)
    if len(known) < len(stays):
        return None
    if standard.prorated:
        days = [Fraction(stay.days_present) * Fraction(stay.fte) for stay in stays]
        return sum(map(_times, known, days), Fraction(0)) * units_of_a_workday(standard.per, workdays)
    return _weighted(known, stays) * units_of_a_month(standard.per, period)


def level_target(standard: Standard, stays: Sequence[Stay], period: Period) -> Fraction | None:
    """The exact target of a level (a ratio, a largest or a last value), which is the same for a part of the month.

    A change of grade weighs the grades by their days; None if it is assigned, a team's, or has no such grade.
    """
    if standard.assigned or standard.team_target or not stays:
        return None
    known = _asked(standard, stays, period)
    return _weighted(known, stays) if len(known) == len(stays) else None


def _asked(standard: Standard, stays: Sequence[Stay], period: Period) -> list[Fraction]:
    """What the table, or a ramp's step below it, asks per unit in each stay; fewer where the table is silent."""
    found = []
    for stay in stays:
        target = unit_target(standard, stay.grade, period.first_day)
        if target is not None:
            found.append(target if stay.step is None else min(target, stay.step))
    return found


def attainment(fact: Exact, target: Exact, standard: Standard) -> Fraction:
    """Fact against target, exact, cut at the cap: what pay is computed from."""
    true = true_attainment(fact, target, standard)
    return true if standard.cap is None else min(true, standard.cap)


def true_attainment(fact: Exact, target: Exact, standard: Standard) -> Fraction:
    """Fact against target, exact and not cut: what is shown. A negative fact counts as 0."""
    done, wanted = max(Fraction(fact), Fraction(0)), Fraction(target)
    if standard.better is Better.LOWER:
        return wanted / done if done else _best(standard)
    return done / wanted if wanted > 0 else standard.zero_target


def _best(standard: Standard) -> Fraction:
    return Fraction(1) if standard.cap is None else standard.cap


def _times(left: Fraction, right: Fraction) -> Fraction:
    return left * right


def _weighted(targets: Sequence[Fraction], stays: Sequence[Stay]) -> Fraction:
    days = [Fraction(stay.days_present) for stay in stays]
    if not sum(days):
        return targets[-1]
    return sum(map(_times, targets, days), Fraction(0)) / sum(days)


def units_of_a_workday(per: Unit, workdays: int) -> Fraction:
    """The part of a unit that one working day of a month with so many working days is."""
    match per:
        case Unit.DAY:
            return Fraction(1)
        case Unit.WEEK:
            return Fraction(1, WORKDAYS_OF_A_WEEK)
        case Unit.MONTH:
            return Fraction(1, workdays) if workdays else Fraction(0)
        case Unit.QUARTER:
            return Fraction(1, workdays * MONTHS_OF_A_QUARTER) if workdays else Fraction(0)


def units_of_a_month(per: Unit, period: Period) -> Fraction:
    """How many units a month is where the target does not follow the working calendar."""
    match per:
        case Unit.DAY:
            return Fraction(len(period.days))
        case Unit.WEEK:
            return Fraction(len(period.days), DAYS_OF_A_WEEK)
        case Unit.MONTH:
            return Fraction(1)
        case Unit.QUARTER:
            return Fraction(1, MONTHS_OF_A_QUARTER)
