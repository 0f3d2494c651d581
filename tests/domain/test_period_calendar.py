"""When a month that is over is calculated, reviewed and paid, and what is to be done about it by then."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from service.config import SettingsError, read_settings
from service.domain.calendar import CalendarDay, calendar_of
from service.domain.period import Period, PeriodState
from service.domain.period_calendar import PeriodCalendar, period_dates
from service.domain.reminder import Task, tasks_due

SOFIA = ZoneInfo("Europe/Sofia")
USUAL = PeriodCalendar(4, 5, time(12), 15)
NO_HOLIDAYS = calendar_of(())


@pytest.mark.parametrize(
    ("period", "calculate_on", "review_until", "pay_on"),
    [
        # November 2026 begins on a Sunday, and the 15th is one.
        (Period(2026, 10), date(2026, 11, 5), datetime(2026, 11, 6, 12, tzinfo=SOFIA), date(2026, 11, 13)),
        (Period(2026, 11), date(2026, 12, 4), datetime(2026, 12, 7, 12, tzinfo=SOFIA), date(2026, 12, 15)),
        # May 2027 begins on a Saturday.
        (Period(2027, 4), date(2027, 5, 6), datetime(2027, 5, 7, 12, tzinfo=SOFIA), date(2027, 5, 14)),
    ],
)
def test_the_end_of_a_month_is_counted_in_working_days(
    period: Period, calculate_on: date, review_until: datetime, pay_on: date
) -> None:
    found = period_dates(period, USUAL, NO_HOLIDAYS, SOFIA)
    assert (found.calculate_on, found.review_until, found.pay_on) == (calculate_on, review_until, pay_on)


def test_holidays_and_worked_weekends_move_the_days() -> None:
    off = [CalendarDay(date(2026, 11, day), "off") for day in (2, 3, 13)]
    calendar = calendar_of([*off, CalendarDay(date(2026, 11, 7), "worked", works=True)])
    found = period_dates(Period(2026, 10), USUAL, calendar, SOFIA)
    # Working days are the 4th, 5th, 6th, 7th and 9th; nobody works from the 13th to the 15th.
    assert (found.calculate_on, found.review_until.day, found.pay_on) == (date(2026, 11, 7), 9, date(2026, 11, 12))


def test_a_day_of_pay_before_the_first_working_day_is_that_day() -> None:
    found = period_dates(Period(2026, 10), PeriodCalendar(1, 1, time(9), 1), NO_HOLIDAYS, SOFIA)
    assert found.pay_on == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("state", "now", "tasks"),
    [
        (PeriodState.SETTLING, datetime(2026, 11, 4, 21, 59, tzinfo=UTC), []),
        (PeriodState.SETTLING, datetime(2026, 11, 4, 22, 0, tzinfo=UTC), [Task.CLOSE]),
        (PeriodState.SETTLING, datetime(2026, 11, 6, 10, 0, tzinfo=UTC), [Task.CLOSE, Task.CLOSE_LATE]),
        (PeriodState.CLOSED, datetime(2026, 11, 5, 10, 0, tzinfo=UTC), [Task.APPROVE]),
        (PeriodState.CLOSED, datetime(2026, 11, 6, 10, 0, tzinfo=UTC), [Task.APPROVE, Task.APPROVE_LATE]),
        (PeriodState.APPROVED, datetime(2026, 11, 12, 10, 0, tzinfo=UTC), []),
        (PeriodState.APPROVED, datetime(2026, 11, 13, 10, 0, tzinfo=UTC), [Task.PAY]),
        (PeriodState.APPROVED, datetime(2026, 11, 14, 10, 0, tzinfo=UTC), [Task.PAY, Task.PAY_LATE]),
        (PeriodState.PAID, datetime(2027, 11, 14, 10, 0, tzinfo=UTC), []),
    ],
)
def test_what_is_to_be_done_follows_the_state_and_the_clock_of_the_company(
    state: PeriodState, now: datetime, tasks: list[Task]
) -> None:
    dates = period_dates(Period(2026, 10), USUAL, NO_HOLIDAYS, SOFIA)
    assert [item.task for item in tasks_due(Period(2026, 10), state, 1, dates, now)] == tasks


def test_the_setting_is_read_and_a_mistake_in_it_named() -> None:
    assert PeriodCalendar(*read_settings({}).period_calendar) == USUAL
    given = read_settings({"STIMUL_PERIOD_CALENDAR": "calculate=2  review=3@17:30 pay=28"})
    assert PeriodCalendar(*given.period_calendar) == PeriodCalendar(2, 3, time(17, 30), 28)


@pytest.mark.parametrize(
    "text",
    [
        "4 5 15",
        "calculate=0 review=5@12:00 pay=15",
        "calculate=6 review=5@12:00 pay=15",
        "calculate=4 review=16@12:00 pay=15",
        "calculate=4 review=5@24:00 pay=15",
        "calculate=4 review=5@12:60 pay=15",
        "calculate=4 review=5@12:00 pay=29",
        "calculate=4 review=5@12:00 pay=0",
    ],
)
def test_a_calendar_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="STIMUL_PERIOD_CALENDAR"):
        read_settings({"STIMUL_PERIOD_CALENDAR": text})
