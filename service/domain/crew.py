"""A crew: everybody of one role over some weeks, the days each was there, and the part of a target each day is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from service.domain.calendar import WorkCalendar
from service.domain.company_month import AddUp
from service.domain.period import Period
from service.domain.person import Absence, Assignment, Person, assignment_on
from service.domain.standard import Standard, units_of_a_month, units_of_a_workday


@dataclass(frozen=True, slots=True)
class Crew:
    """What is recorded of the people of a role; `targets` are assigned by person, month and standard."""

    role: str
    calendar: WorkCalendar
    people: Mapping[str, Person]
    assignments: Mapping[str, Sequence[Assignment]]
    absences: Mapping[str, Sequence[Absence]]
    targets: Mapping[tuple[str, Period, str], Decimal]
    add_up: AddUp
    _workdays: dict[Period, int] = field(default_factory=dict)

    @property
    def person_ids(self) -> list[str]:
        """Everybody, in order."""
        return sorted(self.people)

    def assignment(self, person_id: str, day: date) -> Assignment | None:
        """What somebody was on a day, if it was in this role."""
        held = self._held(person_id, day)
        return held if held is not None and held.role == self.role else None

    def part(self, person_id: str, standard: Standard, day: date) -> Fraction:
        """How much of a unit of a standard one day is for somebody; nothing on days off and when away."""
        held = self._held(person_id, day)
        if held is None or not self._is_present(person_id, day):
            return Fraction(0)
        period = Period.of(day)
        if standard.prorated:
            return units_of_a_workday(standard.per, self._workdays_of(period)) * held.fte
        return units_of_a_month(standard.per, period) / self._workdays_of(period)

    def assigned_part(self, person_id: str, standard_id: str, day: date) -> Fraction | None:
        """What belongs to a day of a target assigned for its month; None if none was."""
        period = Period.of(day)
        amount = self.targets.get((person_id, period, standard_id))
        if amount is None:
            return None
        return Fraction(amount) / self._workdays_of(period) if self._is_present(person_id, day) else Fraction(0)

    def _held(self, person_id: str, day: date) -> Assignment | None:
        held = assignment_on(self.assignments.get(person_id, ()), day)
        return held if held is not None and self.people[person_id].is_employed(day) else None

    def _is_present(self, person_id: str, day: date) -> bool:
        away = any(item.starts_on <= day <= item.ends_on for item in self.absences.get(person_id, ()))
        return self.calendar.is_workday(day) and not away

    def _workdays_of(self, period: Period) -> int:
        if period not in self._workdays:
            self._workdays[period] = len(self.calendar.workdays(period.days))
        return self._workdays[period]
