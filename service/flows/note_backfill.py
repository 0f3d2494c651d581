"""Noting how far a backfill is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from service.domain.backfill import Backfill, with_part
from service.domain.event import ItemResult
from service.store.backfills import find_failure, lock_backfill, replace_backfill


def note_backfill(session: Session, backfill_id: str, first_row: int, results: Sequence[ItemResult]) -> Backfill:
    """Add what became of a part, in the transaction that took it: after a crash it is taken again or not at all."""
    noted = with_part(lock_backfill(session, backfill_id), first_row, results)
    noted = replace(noted, reason=find_failure(session, backfill_id))
    replace_backfill(session, noted)
    return noted
