"""Held events that wait for a decision, the earliest due first."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.hold import HoldState
from service.store.tables import event
from service.store.trust_tables import event_hold


def open_holds(session: Session) -> list[dict[str, str | None]]:
    """Every event that is held now."""
    columns = event_hold.c
    rows = session.execute(
        select(event_hold, event.c.receipt_id, event.c.type, event.c.occurred_at, event.c.person_id)
        .join(event, event.c.event_id == columns.event_id)
        .where(columns.state == HoldState.HELD.value)
        .order_by(columns.due_on, columns.event_id)
    )
    return [
        {
            "receipt_id": row.receipt_id,
            "source": row.source_id,
            "id": row.external_id,
            "type": row.type,
            "time": row.occurred_at.isoformat(),
            "person": row.person_id,
            "why": row.why,
            "reviewer": row.reviewer,
            "due_on": row.due_on.isoformat(),
            "held_at": row.held_at.isoformat(),
            "held_by": row.held_by,
        }
        for row in rows
    ]
