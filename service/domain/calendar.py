"""The working calendar: which days the company works, and how many of them a person worked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.errors import BusinessConflictError, InvalidError
from service.domain.person import Absence, Person

SATURDAY = 5

YEARS_BACK = 2
"""An event may be up to 400 days old, so a month of the year before last can still be corrected in January."""

YEARS_AHEAD = 1
"""Plans and targets are made for the next year before it begins."""


class CalendarMissingError(BusinessConflictError):
    """Working days were asked for in a year whose public holidays are not recorded."""

    code = "calendar_missing"

    def __init__(self, years: Sequence[int]) -> None:
        named = ", ".join(str(year) for year in years)
        super().__init__(
            f"The public holidays of {named} are not recorded, so working days there cannot be counted. "
            f"Record them with: stimul calendar fill {years[0]}"
        )


class NotADayOffError(InvalidError):
    """A day was to be made free, or worked, that already is."""

    code = "calendar_day_unchanged"

    def __init__(self, day: date, *, works: bool) -> None:
        state = "a working day" if works else "a day off"
        super().__init__(f"{day:%Y-%m-%d} is already {state}; nothing was changed.")


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that differs from its week: a day off, or a weekend day the company works."""

    day: date
    name: str
    works: bool = False


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Working days of the company: Monday to Friday less the public holidays, and the weekend days it works."""

    holidays: frozenset[date]
    worked: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Whether the company works that day."""
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.holidays)

    def workdays(self, days: Iterable[date]) -> list[date]:
        """Those of the days that the company works."""
        return [day for day in days if self.is_workday(day)]


@dataclass(frozen=True, slots=True)
class Presence:
    """A person's days in a span: targets count days present, amounts count days present plus paid absence."""

    workdays: int
    present_days: int
    paid_days: int


def years_around(today: date) -> range:
    """The years whose holidays must be recorded for the service to work today."""
    return range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1)


def calendar_of(days: Iterable[CalendarDay]) -> WorkCalendar:
    """The working calendar that the recorded days make."""
    found = list(days)
    return WorkCalendar(
        frozenset(item.day for item in found if not item.works),
        frozenset(item.day for item in found if item.works),
    )


def days_present(
    calendar: WorkCalendar, person: Person, absences: Sequence[Absence], days: Iterable[date]
) -> list[date]:
    """The working days among some days on which the person is employed and not away."""
    return [
        day
        for day in calendar.workdays(days)
        if person.is_employed(day) and not any(item.starts_on <= day <= item.ends_on for item in absences)
    ]


def presence(calendar: WorkCalendar, person: Person, absences: Sequence[Absence], days: Sequence[date]) -> Presence:
    """Count the working days of a span, those the person was present, and those that are paid."""
    working = calendar.workdays(days)
    employed = [day for day in working if person.is_employed(day)]
    away = {
        day: absence.paid for day in employed for absence in absences if absence.starts_on <= day <= absence.ends_on
    }
    present = len(employed) - len(away)
    return Presence(len(working), present, present + sum(away.values()))
