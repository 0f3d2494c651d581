"""The calendar of a period's end: when it is calculated, until when it is reviewed, and when it is paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from service.domain.calendar import WorkCalendar
from service.domain.period import Period


@dataclass(frozen=True, slots=True)
class PeriodCalendar:
    """When a month is calculated, reviewed and paid, as working days and a day of the following month."""

    calculate_workday: int
    review_workday: int
    review_until: time
    pay_day: int


@dataclass(frozen=True, slots=True)
class PeriodDates:
    """The days of one period's end; `review_until` is a moment of the company's zone."""

    calculate_on: date
    review_until: datetime
    pay_on: date


def period_dates(period: Period, setting: PeriodCalendar, calendar: WorkCalendar, zone: ZoneInfo) -> PeriodDates:
    """The days of a period's end; the calendar covers the month that follows it.

    Somebody is paid on the day itself or, where the company does not work then, on the working day before.
    """
    days = period.following.days
    workdays = calendar.workdays(days)
    assert workdays, "a month has working days"
    before = [day for day in workdays if day.day <= setting.pay_day]
    return PeriodDates(
        calculate_on=_workday(workdays, setting.calculate_workday),
        review_until=datetime.combine(_workday(workdays, setting.review_workday), setting.review_until, zone),
        pay_on=before[-1] if before else workdays[0],
    )


def _workday(workdays: Sequence[date], number: int) -> date:
    return workdays[min(number, len(workdays)) - 1]
