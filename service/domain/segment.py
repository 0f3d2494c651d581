"""Segments of a month: days under one plan, with the salary and the part of each target that belong to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

from service.domain.calendar import Presence, WorkCalendar, presence
from service.domain.period import Period
from service.domain.person import Absence, Assignment, Person
from service.domain.ramp import RampWeek, step_on
from service.domain.standard import Stay


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on end, first and last included, under one assignment."""

    assignment: Assignment
    first_day: date
    last_day: date

    @property
    def days(self) -> list[date]:
        """All its days, in order."""
        return [self.first_day + timedelta(days=n) for n in range((self.last_day - self.first_day).days + 1)]


@dataclass(frozen=True, slots=True)
class Segment:
    """Days of a month in one role, so under one plan; a change of grade, team or salary inside it does not split it."""

    role: str
    stretches: tuple[Stretch, ...]

    @property
    def first_day(self) -> date:
        """Its first day."""
        return self.stretches[0].first_day

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.stretches[-1].last_day

    @property
    def days(self) -> list[date]:
        """All its days, in order."""
        return [day for stretch in self.stretches for day in stretch.days]

    @property
    def last_assignment(self) -> Assignment:
        """What the person was at its end: the grade and team that are shown."""
        return self.stretches[-1].assignment


@dataclass(frozen=True, slots=True)
class Salaries:
    """Fixed and soft salary of a full month in exact minor units, weighted by days where they changed."""

    fixed_minor: Fraction
    soft_minor: Fraction


def segments(assignments: Sequence[Assignment], period: Period, person: Person) -> list[Segment]:
    """The segments of a month, in order: the days the person was employed and assigned, cut where the role changes."""
    in_order = sorted(assignments, key=lambda item: item.starts_on)
    cut = [_stretch(item, period, person) for item in in_order]
    found = [stretch for stretch in cut if stretch is not None]
    grouped = groupby(found, key=lambda stretch: stretch.assignment.role)
    return [Segment(role, tuple(stretches)) for role, stretches in grouped]


def presences(segment: Segment, calendar: WorkCalendar, person: Person, absences: Sequence[Absence]) -> list[Presence]:
    """The presence in each stretch of a segment."""
    return [presence(calendar, person, absences, stretch.days) for stretch in segment.stretches]


def stays(segment: Segment, calendar: WorkCalendar, person: Person, absences: Sequence[Absence]) -> list[Stay]:
    """What targets are prorated by: days present under each grade and part of full time."""
    found = presences(segment, calendar, person, absences)
    return [
        Stay(stretch.assignment.grade, counted.present_days, stretch.assignment.fte)
        for stretch, counted in zip(segment.stretches, found, strict=True)
    ]


def ramped_stays(
    segment: Segment, weeks: Sequence[RampWeek], calendar: WorkCalendar, person: Person, absences: Sequence[Absence]
) -> list[Stay]:
    """The same, cut where a ramp takes a step, each with what the step asks."""
    found = []
    for stretch in segment.stretches:
        for step, days in groupby(stretch.days, key=lambda day: step_on(weeks, day)):
            counted = presence(calendar, person, absences, list(days))
            held, asked = stretch.assignment, None if step is None else step.amount
            found.append(Stay(held.grade, counted.present_days, held.fte, asked))
    return found


def salaries(segment: Segment, calendar: WorkCalendar, person: Person, absences: Sequence[Absence]) -> Salaries:
    """The salaries of a segment, weighted by paid days.

    Paid days, because an amount is later multiplied by paid days over working days: so every paid day gets
    exactly its own day's salary. Without a paid day the working days weigh, and without those the days.
    """
    found = presences(segment, calendar, person, absences)
    weights = _first_positive(
        [counted.paid_days for counted in found],
        [counted.workdays for counted in found],
        [len(stretch.days) for stretch in segment.stretches],
    )
    held = [stretch.assignment for stretch in segment.stretches]
    return Salaries(
        weighted_by_days([item.fixed_salary_minor for item in held], weights),
        weighted_by_days([item.soft_salary_minor for item in held], weights),
    )


def weighted_by_days(values: Sequence[int], days: Sequence[int]) -> Fraction:
    """The exact mean of values, each counted for as many days as it held."""
    total = sum(value * count for value, count in zip(values, days, strict=True))
    return Fraction(total, sum(days))


def _first_positive(*weights: list[int]) -> list[int]:
    return next(item for item in weights if sum(item) > 0)


def _stretch(assignment: Assignment, period: Period, person: Person) -> Stretch | None:
    first = max(assignment.starts_on, person.hired_on, period.first_day)
    ends = [day for day in (assignment.ends_on, person.left_on) if day is not None]
    last = min([*ends, period.last_day])
    return Stretch(assignment, first, last) if first <= last else None
