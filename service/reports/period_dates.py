"""The days of each period's end: when it is calculated, until when it is reviewed, and when it is paid."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.domain.calendar import calendar_of
from service.domain.event import JsonValue
from service.domain.period import Period
from service.domain.period_calendar import PeriodCalendar, PeriodDates, period_dates
from service.reports.company import company_timezone
from service.reports.periods import all_periods
from service.store.calendar import list_calendar_days, list_missing_years


def dates_of(
    session: Session, periods: Collection[Period], setting: PeriodCalendar, *, now: datetime
) -> dict[Period, PeriodDates]:
    """The days by period; one is left out if the working days of the month after it are not recorded."""
    after = sorted(period.following for period in periods)
    if not after:
        return {}
    missing = list_missing_years(session, {period.year for period in after})
    calendar = calendar_of(list_calendar_days(session, after[0].first_day, after[-1].last_day))
    zone = ZoneInfo(company_timezone(session, now))
    known = [period for period in periods if period.following.year not in missing]
    return {period: period_dates(period, setting, calendar, zone) for period in known}


def period_documents(session: Session, setting: PeriodCalendar, *, now: datetime) -> list[dict[str, JsonValue]]:
    """Every period with its state and the days of its end."""
    rows = all_periods(session, now=now)
    dates = dates_of(session, [row.period for row in rows], setting, now=now)
    return [
        {
            "period": str(row.period),
            "state": row.state.value,
            "version": row.version,
            **date_texts(dates.get(row.period)),
        }
        for row in rows
    ]


def date_texts(dates: PeriodDates | None) -> dict[str, JsonValue]:
    """The days of a period's end as JSON; null where they are not known yet."""
    return {
        "calculate_on": dates.calculate_on.isoformat() if dates else None,
        "review_until": dates.review_until.isoformat() if dates else None,
        "pay_on": dates.pay_on.isoformat() if dates else None,
    }
