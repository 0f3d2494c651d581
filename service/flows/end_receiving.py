"""The end of the file of a backfill."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.backfill import Backfill, received
from service.store.backfills import delete_parts, lock_backfill, replace_backfill
from service.store.session import follow_up


def end_receiving(session: Session, backfill_id: str, parts: int | None) -> Backfill:
    """Let the parts of a file be taken, now that all are here; None where the file broke off: then none of it is."""
    if parts is None:
        delete_parts(session, backfill_id)
    ended = received(lock_backfill(session, backfill_id), parts)
    replace_backfill(session, ended)
    follow_up(session, "backfill")
    return ended
