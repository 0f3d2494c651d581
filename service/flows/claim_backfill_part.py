"""Claiming the next part of a backfill."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.backfill import Part
from service.store.backfills import claim_part, lock_backfill


def claim_backfill_part(session: Session, *, now: datetime) -> tuple[Part, str, str] | None:
    """A waiting part with the source whose history it is and who sent it; None if no part waits."""
    part = claim_part(session, now=now)
    if part is None:
        return None
    whole = lock_backfill(session, part.backfill_id)
    return part, whole.source_id, whole.created_by
