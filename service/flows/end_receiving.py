"""The end of the file of a backfill."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.backfill import Backfill, received
from service.store.backfills import lock_backfill, replace_backfill
from service.store.session import follow_up


def end_receiving(session: Session, backfill_id: str, parts: int) -> Backfill:
    """Let the parts of a file be taken, now that all are here."""
    ended = received(lock_backfill(session, backfill_id), parts)
    replace_backfill(session, ended)
    follow_up(session, "backfill")
    return ended
