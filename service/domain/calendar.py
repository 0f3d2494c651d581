"""The working calendar: which days the company works, and how many of them a person worked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.person import Absence, Person

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Working days of the company: Monday to Friday less the public holidays."""

    holidays: frozenset[date]

    def is_workday(self, day: date) -> bool:
        """Whether the company works that day."""
        return day.weekday() < SATURDAY and day not in self.holidays

    def workdays(self, days: Iterable[date]) -> list[date]:
        """Those of the days that the company works."""
        return [day for day in days if self.is_workday(day)]


@dataclass(frozen=True, slots=True)
class Presence:
    """A person's days in a span: targets count days present, amounts count days present plus paid absence."""

    workdays: int
    present_days: int
    paid_days: int


def presence(calendar: WorkCalendar, person: Person, absences: Sequence[Absence], days: Sequence[date]) -> Presence:
    """Count the working days of a span, those the person was present, and those that are paid."""
    working = calendar.workdays(days)
    employed = [day for day in working if person.is_employed(day)]
    away = {day: absence.paid for day in employed for absence in absences if absence.starts_on <= day <= absence.ends_on}
    present = len(employed) - len(away)
    return Presence(len(working), present, present + sum(away.values()))
