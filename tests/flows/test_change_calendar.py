"""Promises about a day the company works, or does not, against the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from service.domain.calendar import CalendarDay, CalendarMissingError, NotADayOffError
from service.domain.period import Period
from service.domain.person import Person
from service.flows.change_calendar import change_calendar
from service.flows.fill_calendar import fill_calendar
from service.runtime import Runtime
from service.store.calendar import get_work_calendar, list_calendar_days
from service.store.people import replace_people
from service.store.stale import claim_stale

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FRIDAY, SATURDAY, HOLIDAY = date(2026, 10, 2), date(2026, 10, 10), date(2026, 9, 22)


@pytest.fixture
def filled(runtime: Runtime) -> Runtime:
    """The holidays of 2026 and two people, one of whom left in September."""
    ann = Person("ann", "Ann", date(2026, 1, 1))
    bob = Person("bob", "Bob", date(2026, 1, 1), date(2026, 9, 30))
    with runtime.transaction() as session:
        fill_calendar(session, [2026])
        replace_people(session, [ann, bob], [], [])
    return runtime


def change(runtime: Runtime, day: date, *, works: bool) -> None:
    with runtime.transaction() as session:
        change_calendar(session, CalendarDay(day, "Company day", works), "a test", now=NOW)


@pytest.mark.parametrize(("day", "works"), [(FRIDAY, False), (SATURDAY, True), (HOLIDAY, True)])
def test_a_day_can_be_changed_and_changed_back(filled: Runtime, day: date, *, works: bool) -> None:
    before = days_of(filled)
    change(filled, day, works=works)
    with filled.reading() as session:
        assert get_work_calendar(session, day, day).is_workday(day) is works
    change(filled, day, works=not works)
    assert days_of(filled) == before


def test_everybody_employed_in_the_month_is_scored_again(filled: Runtime) -> None:
    change(filled, FRIDAY, works=False)
    change(filled, HOLIDAY, works=True)
    with filled.transaction() as session:
        october, september = Period(2026, 10), Period(2026, 9)
        assert sorted(claim_stale(session, 10)) == [("ann", september), ("ann", october), ("bob", september)]


def test_a_day_ahead_needs_no_new_scores(filled: Runtime) -> None:
    change(filled, date(2026, 12, 18), works=False)
    with filled.transaction() as session:
        assert not claim_stale(session, 10)


@pytest.mark.parametrize(("day", "works"), [(FRIDAY, True), (SATURDAY, False), (HOLIDAY, False)])
def test_a_change_that_changes_nothing_is_refused(filled: Runtime, day: date, *, works: bool) -> None:
    with pytest.raises(NotADayOffError):
        change(filled, day, works=works)


def test_one_day_never_passes_for_the_holidays_of_its_year(filled: Runtime) -> None:
    with pytest.raises(CalendarMissingError):
        change(filled, date(2027, 10, 1), works=False)


def days_of(runtime: Runtime) -> list[date]:
    with runtime.reading() as session:
        return [item.day for item in list_calendar_days(session, date(2026, 1, 1), date(2026, 12, 31))]
