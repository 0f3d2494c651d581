"""The periods as they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.reports.company import company_today
from service.store.periods import PeriodRow, list_periods


def all_periods(session: Session, *, now: datetime) -> list[PeriodRow]:
    """Every period something was done with, in the order of time."""
    today = company_today(session, now)
    return [replace(row, state=row.state.on(today, row.period.last_day)) for row in list_periods(session)]
