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


def mark_stale(session: Session, months: Iterable[PersonMonth], now: datetime, *, for_team: bool = False) -> None:
    """Leave a mark for each person-month; marks are only ever added, so nobody waits for a scoring transaction.

    `for_team`: nothing of the person's own changed, only something below.
    """
    keys = sorted({(str(period), person_id) for person_id, period in months})
    rows = [
        {"person_id": person_id, "period": period, "marked_at": now, "for_team": for_team} for period, person_id in keys
    ]
    bulk_insert(session, stale, rows)


def claim_stale(session: Session, limit: int) -> dict[PersonMonth, bool]:
    """Take up to `limit` marks with all other marks of their person-months; each month once, and whether it is its own.

    Who changed comes before who leads, the oldest mark first: a leader is scored when no member waits any more. Marks
    that another transaction took are passed by. One that is added meanwhile stays: its month is scored again.
    """
    columns = stale.c
    oldest = session.execute(
        select(columns.person_id, columns.period)
        .order_by(columns.for_team, columns.mark_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    months = sorted({(row.person_id, row.period) for row in oldest})
    seen = (
        select(columns.mark_id)
        .where(tuple_(columns.person_id, columns.period).in_(months))
        .with_for_update(skip_locked=True)
    )
    taken = delete(stale).where(columns.mark_id.in_(seen))
    own = {
        (row.person_id, row.period)
        for row in session.execute(taken.returning(columns.person_id, columns.period, columns.for_team))
        if not row.for_team
    }
    ordered = sorted(months, key=lambda month: (month[1], month[0]))
    return {(who, Period.parse(text)): (who, text) in own for who, text in ordered}


def count_stale(session: Session, period: Period | None = None) -> int:
    """How many people wait to be scored again, in one period or in all."""
    columns = stale.c
    waiting = select(columns.person_id, columns.period).distinct()
    if period is not None:
        waiting = waiting.where(columns.period == str(period))
    return session.execute(select(func.count()).select_from(waiting.subquery())).scalar_one()


def list_stale_people(session: Session, period: Period) -> list[str]:
    """Who waits to be scored again in a period."""
    columns = stale.c
    query = select(columns.person_id).where(columns.period == str(period)).distinct().order_by(columns.person_id)
    return list(session.scalars(query))


def oldest_stale(session: Session) -> datetime | None:
    """Since when the first of those that wait has been waiting; None where nobody waits."""
    return session.execute(select(stale.c.marked_at).order_by(stale.c.mark_id).limit(1)).scalar_one_or_none()
