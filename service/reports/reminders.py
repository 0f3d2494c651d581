"""Reminders: what is to be done now about the months that are over, and what somebody was reminded of before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.event import JsonValue
from service.domain.period import Period, PeriodState
from service.domain.period_calendar import PeriodCalendar
from service.domain.reminder import Reminder, Task, tasks_due
from service.reports.period_dates import date_texts, dates_of
from service.reports.periods import signed_document, signed_period
from service.store.earnings import has_money
from service.store.periods import list_periods
from service.store.reminders import list_reminders


def due_reminders(session: Session, calendar: PeriodCalendar, *, now: datetime) -> list[Reminder]:
    """What is to be done now: months that have money and are not closed, not approved or not paid in time."""
    found: list[Reminder] = []
    rows = [row for row in list_periods(session) if row.state is not PeriodState.PAID]
    dates = dates_of(session, [row.period for row in rows], calendar, now=now)
    for row in rows:
        known = dates.get(row.period)
        due = tasks_due(row.period, row.state, row.version, known, now) if known else []
        if due and (row.state.is_closed or has_money(session, row.period)):
            found += due
    return found


def new_reminders(session: Session, calendar: PeriodCalendar, *, now: datetime) -> list[Reminder]:
    """What is to be done now and nobody was reminded of yet."""
    known = {_key(item) for item in list_reminders(session)}
    return [item for item in due_reminders(session, calendar, now=now) if _key(item) not in known]


def open_reminders(
    session: Session, calendar: PeriodCalendar, *, now: datetime, period: Period | None = None
) -> list[dict[str, JsonValue]]:
    """What is to be done now about one period or about all, as JSON; also what the next sweep will remind of."""
    raised = {_key(item): item for item in list_reminders(session)}
    due = [item for item in due_reminders(session, calendar, now=now) if period in {None, item.period}]
    return [_document(raised.get(_key(item), item), is_open=True) for item in due]


def all_reminders(session: Session, calendar: PeriodCalendar, *, now: datetime) -> list[dict[str, JsonValue]]:
    """Every reminder there ever was, as JSON."""
    due = {_key(item) for item in due_reminders(session, calendar, now=now)}
    return [_document(item, is_open=_key(item) in due) for item in list_reminders(session)]


def period_document(
    session: Session, period: Period, calendar: PeriodCalendar, *, now: datetime
) -> dict[str, JsonValue]:
    """A period as JSON: its closing, what was signed about it, the days of its end, and what is to be done."""
    dates = dates_of(session, [period], calendar, now=now).get(period)
    reminders: list[JsonValue] = [*open_reminders(session, calendar, now=now, period=period)]
    signed = signed_document(signed_period(session, period, now=now))
    return signed | date_texts(dates) | {"reminders": reminders}


def _key(item: Reminder) -> tuple[Period, int, Task]:
    return item.period, item.version, item.task


def _document(item: Reminder, *, is_open: bool) -> dict[str, JsonValue]:
    return {
        "period": str(item.period),
        "version": item.version,
        "task": item.task.value,
        "who": item.task.who,
        "what": item.task.text(item.period),
        "due_at": item.due_at.isoformat(),
        "reminded_at": item.reminded_at.isoformat() if item.reminded_at else None,
        "open": is_open,
    }
