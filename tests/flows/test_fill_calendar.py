"""Promises about the recorded public holidays."""

from __future__ import annotations

from datetime import date

import pytest

from service.domain.calendar import CalendarMissingError
from service.flows.fill_calendar import fill_calendar
from service.runtime import Runtime
from service.store.calendar import get_work_calendar, list_calendar_days, retire_calendar_days

OFFICIAL = {
    2025: "01-01 03-03 04-18 04-19 04-20 04-21 05-01 05-06 05-24 05-26 09-06 09-08 09-22 12-24 12-25 12-26 12-31",
    2026: "01-01 01-02 03-03 04-10 04-11 04-12 04-13 05-01 05-06 05-24 05-25 09-06 09-07 09-22 12-24 12-25 12-26 12-28",
}
"""The days off of the Labour Code, the Mondays for those on a weekend, and two days around the change to the euro."""


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_recorded_days_are_the_official_ones_with_their_substitutes(runtime: Runtime, year: int) -> None:
    with runtime.transaction() as session:
        assert fill_calendar(session, [year]) == [year]
        days = list_calendar_days(session, date(year, 1, 1), date(year, 12, 31))
    assert [f"{item.day:%m-%d}" for item in days] == OFFICIAL[year].split()
    assert not any(item.works for item in days)
    assert days[0].name == "Нова година"


def test_a_recorded_year_is_never_filled_again(runtime: Runtime) -> None:
    """What the operator took out stays out, and a new version of the library changes nothing."""
    with runtime.transaction() as session:
        fill_calendar(session, [2026])
        retire_calendar_days(session, [date(2026, 9, 22)])
    with runtime.transaction() as session:
        assert fill_calendar(session, [2025, 2026, 2026]) == [2025]
        assert get_work_calendar(session, date(2026, 9, 1), date(2026, 9, 30)).is_workday(date(2026, 9, 22))


def test_a_year_nobody_recorded_is_an_error_and_not_a_year_without_holidays(runtime: Runtime) -> None:
    with runtime.transaction() as session:
        fill_calendar(session, [2026])
        with pytest.raises(CalendarMissingError, match="2027, 2028"):
            get_work_calendar(session, date(2026, 12, 1), date(2028, 1, 31))


def test_a_year_the_library_does_not_know_is_an_error(runtime: Runtime) -> None:
    with runtime.transaction() as session, pytest.raises(CalendarMissingError, match="2150"):
        fill_calendar(session, [2150])
