"""A person's month: the stretches under one role, with the days, salaries and grades that pay rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from service.domain.calendar import Presence, WorkCalendar, presence
from service.domain.period import Period
from service.domain.person import Absence, Assignment, Person, assignment_on
from service.domain.standard import Stay


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive days of one month under one role, and so under one plan.

    A change of grade, salary or part time inside it does not cut it (a tier must not start again): salaries and part
    time are weighted
    by working days, targets by `stays`. `workdays` are those of the whole month.
    """

    role: str
    team: str
    grade: str
    first_day: date
    last_day: date
    workdays: int
    present_days: int
    paid_days: int
    fixed_salary_minor: Fraction
    soft_salary_minor: Fraction
    fte: Fraction
    tenure_months: int
    stays: tuple[Stay, ...]


@dataclass(frozen=True, slots=True)
class _Spell:
    """The days of a stretch under one assignment."""

    assignment: Assignment
    days: tuple[date, ...]
    presence: Presence


def stretches(
    person: Person,
    assignments: Sequence[Assignment],
    absences: Sequence[Absence],
    calendar: WorkCalendar,
    period: Period,
) -> list[Stretch]:
    """Cut a month into stretches by role; days without an assignment or outside the employment belong to none."""
    days = [day for day in period.days if person.is_employed(day)]
    placed = [(day, found) for day in days if (found := assignment_on(assignments, day)) is not None]
    workdays = len(calendar.workdays(period.days))
    result = []
    for _role, run in groupby(placed, key=lambda item: item[1].role):
        spells = []
        for assignment, stay in groupby(run, key=lambda item: item[1]):
            own = tuple(day for day, _ in stay)
            spells.append(_Spell(assignment, own, presence(calendar, person, absences, own)))
        result.append(_stretch(person, period, workdays, spells))
    return result


def _stretch(person: Person, period: Period, workdays: int, spells: list[_Spell]) -> Stretch:
    # A stretch without any working day (a weekend) still has a salary: it is then weighted by calendar days.
    weights = [spell.presence.workdays for spell in spells]
    if not any(weights):
        weights = [len(spell.days) for spell in spells]
    last = spells[-1].assignment
    return Stretch(
        role=last.role,
        team=last.team,
        grade=last.grade,
        first_day=spells[0].days[0],
        last_day=spells[-1].days[-1],
        workdays=workdays,
        present_days=sum(spell.presence.present_days for spell in spells),
        paid_days=sum(spell.presence.paid_days for spell in spells),
        fixed_salary_minor=_weighted([spell.assignment.fixed_salary_minor for spell in spells], weights),
        soft_salary_minor=_weighted([spell.assignment.soft_salary_minor for spell in spells], weights),
        fte=_weighted([spell.assignment.fte for spell in spells], weights),
        tenure_months=person.tenure_months(period.last_day),
        stays=tuple(
            Stay(spell.assignment.grade, spell.presence.present_days, spell.assignment.fte) for spell in spells
        ),
    )


def _weighted(values: Sequence[int | Fraction], weights: Sequence[int]) -> Fraction:
    products = [Fraction(value) * weight for value, weight in zip(values, weights, strict=True)]
    return sum(products, Fraction(0)) / sum(weights)
