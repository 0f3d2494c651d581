"""The recorded days of a year: holidays, and weekend days the company works."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from service.domain.calendar import CalendarDay, CalendarMissingError
from service.store.calendar import list_calendar_days


def recorded_days(session: Session, year: int) -> list[CalendarDay]:
    """The recorded days of a year, in order; a year nobody recorded is an error."""
    found = list_calendar_days(session, date(year, 1, 1), date(year, 12, 31))
    if not found:
        raise CalendarMissingError([year])
    return found
