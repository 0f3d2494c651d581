"""Backfills: how far each one is."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.backfill import Backfill, UnknownBackfillError
from service.store import backfills

SHOWN = 50
"""Backfills of a list: a source has a handful in its life."""


def backfill_document(item: Backfill) -> dict[str, object]:
    """A backfill as it is shown."""
    return {
        "backfill_id": item.backfill_id,
        "source": item.source_id,
        "created_at": item.created_at.isoformat(),
        "created_by": item.created_by,
        "state": item.state.value,
        "parts": item.parts,
        "parts_done": item.parts_done,
        "rows": item.rows_read,
        "summary": dict(item.counts),
        "reason": item.reason,
        "problems": [dict(problem) for problem in item.problems],
    }


def get_backfill(session: Session, source_id: str, backfill_id: str) -> Backfill:
    """One backfill of a source."""
    found = backfills.find_backfill(session, source_id, backfill_id)
    if found is None:
        raise UnknownBackfillError(backfill_id)
    return found


def list_backfills(session: Session, source_id: str) -> list[Backfill]:
    """The latest backfills of a source, the newest first."""
    return backfills.list_backfills(session, source_id, SHOWN)
