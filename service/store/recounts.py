"""Recounts that are due: marks that the facts must be made again, because the vocabulary changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from service.store.plan_tables import recount
from service.store.tables import event


def mark_recount(session: Session, now: datetime) -> bool:
    """Leave a mark, unless there is no event yet that could be counted; whether there is."""
    if session.execute(select(event.c.event_id).limit(1)).scalar() is None:
        return False
    session.execute(insert(recount).values(marked_at=now))
    return True


def find_recount(session: Session) -> int | None:
    """The number of the latest mark: a recount that begins now serves it and all before it."""
    return session.execute(select(func.max(recount.c.recount_id))).scalar()


def retire_recounts(session: Session, latest: int) -> None:
    """Take the marks up to this one away; one that was left meanwhile stays."""
    session.execute(delete(recount).where(recount.c.recount_id <= latest))
