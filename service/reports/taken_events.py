"""Events that were taken, page by page: the last to arrive first, each with its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from service.domain.event import ItemState
from service.reports.event_trace import DISCARDED
from service.store.derived_tables import event_credit
from service.store.tables import event, quarantine

STATES = (ItemState.ACCEPTED.value, ItemState.QUARANTINED.value, DISCARDED)
"""Where an event stands: it counts, it waits, or it never will."""

ZONES = timedelta(days=1)
"""How far the company's day of an instant may be from its day in UTC."""


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events; what is empty or None does not choose. Days are the company's, `until` is left out."""

    source_id: str | None = None
    person_id: str | None = None
    type: str | None = None
    state: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    since: datetime | None = None
    until: datetime | None = None


def list_taken_events(
    session: Session, wanted: EventQuery, before: int | None, limit: int
) -> tuple[list[dict[str, object]], int | None]:
    """A page of the wanted events, and the number before which the next page begins; None on the last one.

    The order is that of their numbers, which never changes: what arrives in between is on no later page.
    """
    waits = quarantine.c
    query = select(event, waits.reason, waits.discarded_at).outerjoin(quarantine, waits.event_id == event.c.event_id)
    asked = query.where(*_conditions(wanted), *([event.c.event_id < before] if before is not None else []))
    rows = session.execute(asked.order_by(event.c.event_id.desc()).limit(limit + 1)).all()
    following = rows[limit - 1].event_id if len(rows) > limit else None
    return [_document(row) for row in rows[:limit]], following


def _conditions(wanted: EventQuery) -> list[ColumnElement[bool]]:
    columns = event.c
    asked = {columns.source_id: wanted.source_id, columns.type: wanted.type}
    found: list[ColumnElement[bool]] = [column == value for column, value in asked.items() if value is not None]
    first, last = _days(wanted)
    if first is not None:
        found.append(columns.day >= first)
    if last is not None:
        found.append(columns.day <= last)
    if wanted.since is not None:
        found.append(columns.occurred_at >= wanted.since)
    if wanted.until is not None:
        found.append(columns.occurred_at < wanted.until)
    if wanted.person_id is not None:
        concerned = select(event_credit.c.event_id).where(event_credit.c.person_id == wanted.person_id)
        found.append((columns.person_id == wanted.person_id) | columns.event_id.in_(concerned))
    if wanted.state is not None:
        found.append(_state(wanted.state))
    return found


def _days(wanted: EventQuery) -> tuple[date | None, date | None]:
    """The days between which the wanted events lie, for the index on days; of instants a little wider."""
    firsts = [wanted.first_day, wanted.since and max(wanted.since.date(), date.min + ZONES) - ZONES]
    lasts = [wanted.last_day, wanted.until and min(wanted.until.date(), date.max - ZONES) + ZONES]
    return max((day for day in firsts if day), default=None), min((day for day in lasts if day), default=None)


def _state(state: str) -> ColumnElement[bool]:
    waits = quarantine.c
    if state == ItemState.ACCEPTED:
        return waits.event_id.is_(None)
    waiting = waits.event_id.is_not(None)
    return waiting & (waits.discarded_at.is_not(None) if state == DISCARDED else waits.discarded_at.is_(None))


def _document(row: Row[Any]) -> dict[str, object]:
    state = STATES[0] if row.reason is None else STATES[1] if row.discarded_at is None else STATES[2]
    return {
        "receipt_id": row.receipt_id,
        "source": row.source_id,
        "id": row.external_id,
        "type": row.type,
        "time": row.occurred_at.isoformat(),
        "day": row.day.isoformat(),
        "received_at": row.received_at.isoformat(),
        "delivery_id": row.delivery_id,
        "subject": row.subject,
        "person": row.person_id,
        "late": row.late,
        "status": state,
        "reason": row.reason,
    }
