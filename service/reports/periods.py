"""The periods as they stand."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.store.periods import PeriodRow, list_periods


def all_periods(session: Session) -> list[PeriodRow]:
    """Every period something was done with, in the order of time."""
    return list_periods(session)
