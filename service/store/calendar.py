"""The recorded days that make the working calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.domain.calendar import CalendarDay, CalendarMissingError, WorkCalendar, calendar_of
from service.store.dialect import insert_new
from service.store.tables import holiday


def list_calendar_days(session: Session, first: date, last: date) -> list[CalendarDay]:
    """The recorded days of a span, in order."""
    query = select(holiday.c.day, holiday.c.name, holiday.c.works).where(holiday.c.day.between(first, last))
    return [CalendarDay(*row) for row in session.execute(query.order_by(holiday.c.day))]


def list_missing_years(session: Session, years: Iterable[int]) -> list[int]:
    """Those of the years without a single recorded day: nobody has filled them yet."""
    wanted = sorted(set(years))
    if not wanted:
        return []
    days = session.scalars(select(holiday.c.day).where(holiday.c.day.between(*_span(wanted[0], wanted[-1]))))
    filled = {day.year for day in days}
    return [year for year in wanted if year not in filled]


def get_work_calendar(session: Session, first: date, last: date) -> WorkCalendar:
    """The working calendar of a span; a year nobody has filled is an error, never a year without holidays."""
    missing = list_missing_years(session, range(first.year, last.year + 1))
    if missing:
        raise CalendarMissingError(missing)
    return calendar_of(list_calendar_days(session, first, last))


def add_new_calendar_days(session: Session, days: Sequence[CalendarDay]) -> None:
    """Record days; one that is recorded already stays as it is."""
    rows = [{"day": item.day, "name": item.name, "works": item.works} for item in days]
    insert_new(session, holiday, rows, ("day",), ("day",))


def retire_calendar_days(session: Session, days: Iterable[date]) -> None:
    """Make these days ordinary days of their week again."""
    session.execute(delete(holiday).where(holiday.c.day.in_(sorted(days))))


def _span(first_year: int, last_year: int) -> tuple[date, date]:
    return date(first_year, 1, 1), date(last_year, 12, 31)
