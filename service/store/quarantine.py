"""The quarantine: events that are kept and do not count yet, with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.domain.counting import RecordedEvent
from service.domain.event import Quarantine, QuarantineReason
from service.store.dialect import bulk_insert
from service.store.tables import quarantine


@dataclass(frozen=True, slots=True)
class Waiting:
    """One event that waits: which, whose, why and since when."""

    event_id: int
    source_id: str
    subject: str | None
    quarantine: Quarantine
    since: datetime


def add_new_waiting(session: Session, waiting: Iterable[tuple[RecordedEvent, Quarantine]], now: datetime) -> None:
    """Let events wait, each for its reason."""
    rows = [
        {
            "event_id": recorded.event_id,
            "source_id": recorded.event.source_id,
            "subject": recorded.event.subject,
            "reason": reason.reason.value,
            "detail": reason.detail,
            "since": now,
        }
        for recorded, reason in waiting
    ]
    bulk_insert(session, quarantine, rows)


def list_waiting(session: Session, reasons: Collection[QuarantineReason], after: int, limit: int) -> list[Waiting]:
    """The next events after a number that wait for one of these reasons, by number."""
    columns = quarantine.c
    query = select(quarantine).where(columns.reason.in_(sorted(reasons)), columns.event_id > after)
    return [
        Waiting(
            row.event_id, row.source_id, row.subject, Quarantine(QuarantineReason(row.reason), row.detail), row.since
        )
        for row in session.execute(query.order_by(columns.event_id).limit(limit))
    ]


def release(session: Session, events: Sequence[RecordedEvent]) -> list[RecordedEvent]:
    """Let events wait no longer; those that were still waiting (another transaction may have been first)."""
    columns = quarantine.c
    gone = set(
        session.execute(
            delete(quarantine)
            .where(columns.event_id.in_(sorted(item.event_id for item in events)))
            .returning(columns.event_id)
        ).scalars()
    )
    return [item for item in events if item.event_id in gone]
