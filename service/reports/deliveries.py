"""Deliveries: each request of a sender that was taken, and what became of it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from service.domain.errors import NotFoundError
from service.store.tables import delivery


class UnknownDeliveryError(NotFoundError):
    """A delivery that was refused, never came, or belongs to a source of somebody else."""

    code = "unknown_delivery"

    def __init__(self) -> None:
        super().__init__("No such delivery was taken from a source that this API key may read.")


def list_deliveries(session: Session, source_id: str | None, before: datetime, limit: int) -> list[dict[str, object]]:
    """The latest deliveries before a moment, the newest first; of one source if it is named."""
    columns = delivery.c
    query = select(delivery).where(columns.received_at < before)
    if source_id is not None:
        query = query.where(columns.source_id == source_id)
    rows = session.execute(query.order_by(columns.received_at.desc(), columns.delivery_id).limit(limit))
    return [_document(row) for row in rows]


def get_delivery(session: Session, delivery_id: str, source_id: str | None) -> dict[str, object]:
    """One delivery; `source_id` confines the search to one source."""
    row = session.execute(select(delivery).where(delivery.c.delivery_id == delivery_id)).one_or_none()
    if row is None or source_id not in (None, row.source_id):
        raise UnknownDeliveryError
    return _document(row)


def _document(row: Row[Any]) -> dict[str, object]:
    """A delivery without its body, which may hold what is nobody's business."""
    verdict = json.loads(row.verdict)
    return {
        "delivery_id": row.delivery_id,
        "source": row.source_id,
        "received_at": row.received_at.isoformat(),
        "content_type": row.content_type,
        "body_hash": row.body_hash,
        "trust": row.trust,
        "credential": row.credential or None,
        "items": row.items,
        "summary": verdict.get("summary", {}),
        "others": [
            {"index": index, "id": name, "status": state, "reason": word}
            for index, name, state, word in verdict.get("others", [])
        ],
    }
