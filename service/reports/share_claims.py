"""Shares that senders named and that differ from the company's: what waits, holds or was refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from service.domain.event import event_from_document
from service.domain.share_claim import ClaimState
from service.store.intake_tables import share_claim
from service.store.tables import event


def list_share_claims(
    session: Session, state: ClaimState, after: int, limit: int, source_id: str | None = None
) -> tuple[list[dict[str, object]], int | None]:
    """A page of the claims in a state in the order of their events, and after which number the next one begins.

    `source_id` confines them to one source.
    """
    columns = share_claim.c
    query = (
        select(share_claim, event.c.receipt_id, event.c.source_id, event.c.external_id, event.c.type, event.c.day)
        .add_columns(event.c.document)
        .join(event, event.c.event_id == columns.event_id)
        .where(columns.state == state.value, columns.event_id > after)
    )
    if source_id is not None:
        query = query.where(event.c.source_id == source_id)
    rows = session.execute(query.order_by(columns.event_id).limit(limit + 1)).all()
    return [_told(row) for row in rows[:limit]], rows[limit - 1].event_id if len(rows) > limit else None


def find_share_claim(session: Session, event_id: int) -> dict[str, object] | None:
    """The claim of an event, decided or not; None where it sent no shares of its own."""
    row = session.execute(select(share_claim).where(share_claim.c.event_id == event_id)).one_or_none()
    return None if row is None else _decision(row)


def _told(row: Row[Any]) -> dict[str, object]:
    return {
        "receipt_id": row.receipt_id,
        "source": row.source_id,
        "id": row.external_id,
        "type": row.type,
        "day": row.day.isoformat(),
        "credit": [
            {"person": claim.subject, "part": claim.part.value, "share": _percent(claim.share_percent)}
            for claim in event_from_document(row.source_id, row.external_id, row.document).credit
        ],
        **_decision(row),
    }


def _percent(share: Decimal | None) -> str | None:
    return None if share is None else format(share, "f")


def _decision(row: Row[Any]) -> dict[str, object]:
    return {
        "state": row.state,
        "claimed_at": row.claimed_at.isoformat(),
        "decided_at": None if row.decided_at is None else row.decided_at.isoformat(),
        "decided_by": row.decided_by,
    }
