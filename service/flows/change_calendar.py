"""Make the company work, or not work, on one day, against what its week or the public holidays say."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import CALENDAR_CHANGED, AuditEntry
from service.domain.calendar import CalendarDay, NotADayOffError, WorkCalendar
from service.domain.period import Period, latest_begun
from service.store.audit import add_new_audit
from service.store.calendar import add_new_calendar_days, get_work_calendar, retire_calendar_days
from service.store.people import list_people_employed
from service.store.session import follow_up
from service.store.stale import mark_stale


def change_calendar(session: Session, wanted: CalendarDay, by: str, *, now: datetime) -> None:
    """Record the day and have its month scored again for everybody; a closed month leads to adjustments.

    The holidays of its year must be recorded before: else one day would pass for the whole year's.
    """
    day, period = wanted.day, Period.of(wanted.day)
    if get_work_calendar(session, day, day).is_workday(day) is wanted.works:
        raise NotADayOffError(day, works=wanted.works)
    retire_calendar_days(session, [day])
    if WorkCalendar(frozenset()).is_workday(day) is not wanted.works:
        add_new_calendar_days(session, [wanted])
    add_new_audit(session, AuditEntry(now, by, CALENDAR_CHANGED, str(day), {"works": wanted.works}))
    if period <= latest_begun(now):
        people = list_people_employed(session, period.first_day, period.last_day)
        mark_stale(session, [(person.person_id, period) for person in people], now)
        follow_up(session, "refresh")
