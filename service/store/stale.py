"""Stale marks: which person-months must be scored again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.orm import Session

from service.domain.period import Period
from service.store.derived_tables import stale
from service.store.dialect import bulk_insert

PersonMonth = tuple[str, Period]
"""A person and a month: the unit of scoring."""


def mark_stale(session: Session, months: Iterable[PersonMonth], now: datetime) -> None:
    """Leave a mark for each person-month; marks are only ever added, so nobody waits for a scoring transaction."""
    keys = sorted({(str(period), person_id) for person_id, period in months})
    rows = [{"person_id": person_id, "period": period, "marked_at": now} for period, person_id in keys]
    bulk_insert(session, stale, rows)


def claim_stale(session: Session, limit: int) -> list[PersonMonth]:
    """Take up to `limit` marks, the oldest first, with all other marks of their person-months; each month once.

    Marks that another transaction took are passed by. One that is added meanwhile stays: its month is scored again.
    """
    columns = stale.c
    oldest = session.execute(
        select(columns.person_id, columns.period)
        .order_by(columns.mark_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    months = sorted({(row.person_id, row.period) for row in oldest})
    seen = (
        select(columns.mark_id)
        .where(tuple_(columns.person_id, columns.period).in_(months))
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(stale).where(columns.mark_id.in_(seen)))
    return sorted(((who, Period.parse(text)) for who, text in months), key=lambda month: (month[1], month[0]))


def count_stale(session: Session, period: Period | None = None) -> int:
    """How many people wait to be scored again, in one period or in all."""
    columns = stale.c
    waiting = select(columns.person_id, columns.period).distinct()
    if period is not None:
        waiting = waiting.where(columns.period == str(period))
    return session.execute(select(func.count()).select_from(waiting.subquery())).scalar_one()
