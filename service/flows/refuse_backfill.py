"""Refusing a backfill whose file cannot be read to its end."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.backfill import broken
from service.store.backfills import delete_parts, lock_backfill, replace_backfill


def refuse_backfill(session: Session, backfill_id: str, reason: str) -> None:
    """Forget the parts of a file that wait, and keep why."""
    delete_parts(session, backfill_id)
    replace_backfill(session, broken(lock_backfill(session, backfill_id), reason))
