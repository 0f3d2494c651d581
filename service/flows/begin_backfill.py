"""Beginning a backfill, or finding the one of the same file that broke off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.backfill import Backfill, begun_again, new_backfill
from service.store.backfills import add_new_backfill, find_backfill_of_file, replace_backfill


def begin_backfill(session: Session, source_id: str, fingerprint: str, who: str, *, now: datetime) -> Backfill:
    """A new backfill of a source; of a file with a fingerprint the one that was begun before, however far it came."""
    known = find_backfill_of_file(session, source_id, fingerprint) if fingerprint else None
    if known is not None:
        again = begun_again(known)
        replace_backfill(session, again)
        return again
    begun = new_backfill(source_id, fingerprint, who, now=now)
    add_new_backfill(session, begun)
    return begun
