"""What waits: events that do not count yet, and conflicts that nobody has looked at, page by page."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from service.domain.admission import CLOCK_TOLERANCE
from service.domain.event import QuarantineReason, receipt_id
from service.domain.waiting import WaitingQuery, is_due_by_itself
from service.store.conflicts import count_conflicts, open_conflicts
from service.store.quarantine import chosen
from service.store.tables import event, event_conflict, quarantine

CONFLICT_DETAIL = "The id is known with other content. Only the first counts; ask the sender for a correction."

Place = tuple[str, ...]
"""Where a page ends: a number of an event, or the three parts of a conflict's key."""


def list_quarantine(
    session: Session, wanted: WaitingQuery, after: Place, limit: int
) -> tuple[list[dict[str, object]], Place | None]:
    """A page of what waits, the events first, then the conflicts; and where the next page begins."""
    found: list[tuple[Place, dict[str, object]]] = []
    if len(after) <= 1:
        found = _events(session, wanted, int(after[0]) if after else 0, limit + 1)
    if len(found) <= limit:
        found += _conflicts(session, wanted, after if len(after) > 1 else ("", "", ""), limit + 1 - len(found))
    rest = found[limit - 1][0] if len(found) > limit else None
    return [row for _, row in found[:limit]], rest


def count_quarantine(session: Session) -> dict[str, int]:
    """How many wait, by reason; conflicts that nobody has looked at are among them."""
    columns = quarantine.c
    query = (
        select(columns.reason, func.count().label("waiting"))
        .where(columns.discarded_at.is_(None))
        .group_by(columns.reason)
    )
    counts: Counter[str] = Counter({row.reason: row.waiting for row in session.execute(query)})
    counts[QuarantineReason.CONFLICT.value] += count_conflicts(session)
    return {reason: count for reason, count in sorted(counts.items()) if count}


def count_open_conflicts(session: Session) -> int:
    """How many conflicts nobody has looked at."""
    return count_conflicts(session)


def is_any_event_due(session: Session, *, now: datetime) -> bool:
    """Whether an event that came before its time may count by now."""
    columns = quarantine.c
    query = (
        select(event.c.occurred_at, event.c.received_at)
        .join_from(quarantine, event, event.c.event_id == columns.event_id)
        .where(columns.reason == QuarantineReason.FUTURE_TIME, columns.discarded_at.is_(None))
        .where(event.c.occurred_at <= now + CLOCK_TOLERANCE)
    )
    return any(is_due_by_itself(row.occurred_at, row.received_at) for row in session.execute(query))


def _events(session: Session, wanted: WaitingQuery, after: int, limit: int) -> list[tuple[Place, dict[str, object]]]:
    columns = quarantine.c
    query = (
        select(quarantine, event.c.receipt_id, event.c.external_id, event.c.type, event.c.occurred_at)
        .join(event, event.c.event_id == columns.event_id)
        .where(columns.event_id > after, *chosen(wanted))
    )
    rows = session.execute(query.order_by(columns.event_id).limit(limit))
    return [((str(row.event_id),), _waiting(row)) for row in rows]


def _waiting(row: Row[Any]) -> dict[str, object]:
    return {
        "receipt_id": row.receipt_id,
        "source": row.source_id,
        "id": row.external_id,
        "type": row.type,
        "time": row.occurred_at.isoformat(),
        "subject": row.subject,
        "reason": row.reason,
        "detail": row.detail,
        "since": row.since.isoformat(),
    }


def _conflicts(
    session: Session, wanted: WaitingQuery, after: Place, limit: int
) -> list[tuple[Place, dict[str, object]]]:
    conditions = open_conflicts(wanted)
    if conditions is None or limit <= 0:
        return []
    columns = event_conflict.c
    key = (columns.source_id, columns.external_id, columns.content_hash)
    source_id, external_id, content_hash = after
    later = (columns.source_id > source_id) | (
        (columns.source_id == source_id)
        & (
            (columns.external_id > external_id)
            | ((columns.external_id == external_id) & (columns.content_hash > content_hash))
        )
    )
    rows = session.execute(select(event_conflict).where(later, *conditions).order_by(*key).limit(limit))
    return [((row.source_id, row.external_id, row.content_hash), _conflict(row)) for row in rows]


def _conflict(row: Row[Any]) -> dict[str, object]:
    told = json.loads(row.document)
    return {
        "receipt_id": receipt_id(row.source_id, row.external_id),
        "source": row.source_id,
        "id": row.external_id,
        "type": told["type"],
        "time": told["time"],
        "subject": told["subject"],
        "reason": QuarantineReason.CONFLICT.value,
        "detail": CONFLICT_DETAIL,
        "since": row.received_at.isoformat(),
    }
