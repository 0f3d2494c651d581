"""Promises about working days and presence."""

from __future__ import annotations

from datetime import date

import pytest

from service.domain import calendar
from service.domain.calendar import CalendarDay, CalendarMissingError, Presence
from service.domain.period import Period
from service.domain.person import Absence, Person

MAY = Period(2026, 5)
ANN = Person("ann", "Ann", date(2024, 3, 1))
HOLIDAYS = [
    CalendarDay(date(2026, 5, 1), "Labour Day"),
    CalendarDay(date(2026, 5, 6), "Saint George's Day"),
    CalendarDay(date(2026, 5, 24), "Day of Slavonic Alphabet"),
    CalendarDay(date(2026, 5, 25), "Day of Slavonic Alphabet, substitute"),
]
WORKING_SATURDAY = CalendarDay(date(2026, 5, 16), "For Friday the 22nd", works=True)


@pytest.mark.parametrize(
    ("day", "works"),
    [(1, False), (4, True), (6, False), (9, False), (16, True), (17, False), (24, False), (25, False), (26, True)],
)
def test_the_company_works_on_weekdays_that_are_no_holidays_and_on_swapped_weekend_days(
    day: int, *, works: bool
) -> None:
    made = calendar.calendar_of([*HOLIDAYS, WORKING_SATURDAY])
    assert made.is_workday(date(2026, 5, day)) is works


def test_presence_counts_working_days_only() -> None:
    """May 2026 has 21 weekdays, 3 of them holidays; away paid on the 7th and 8th, unpaid on the 11th."""
    made = calendar.calendar_of(HOLIDAYS)
    away = [
        Absence("ann", date(2026, 5, 6), date(2026, 5, 10), paid=True),
        Absence("ann", date(2026, 5, 11), date(2026, 5, 11), paid=False),
    ]
    assert calendar.presence(made, ANN, away, MAY.days) == Presence(18, 15, 17)


def test_days_before_hire_and_after_leave_are_not_present() -> None:
    short = Person("ann", "Ann", date(2026, 5, 7), date(2026, 5, 12))
    assert calendar.presence(calendar.calendar_of(HOLIDAYS), short, [], MAY.days) == Presence(18, 4, 4)


def test_the_years_the_service_needs_reach_back_over_late_events_and_ahead_over_plans() -> None:
    assert list(calendar.years_around(date(2026, 11, 23))) == [2024, 2025, 2026, 2027]


def test_a_missing_year_is_named_with_the_command_that_records_it() -> None:
    assert "2028, 2029" in str(CalendarMissingError([2028, 2029]))
    assert "stimul calendar fill 2028" in str(CalendarMissingError([2028, 2029]))
