"""The quarantine: events that are kept and do not count yet, with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, exists, or_, select
from sqlalchemy.orm import Session

from service.domain.counting import RecordedEvent
from service.domain.event import Quarantine, QuarantineReason
from service.store.dialect import bulk_insert
from service.store.tables import alias, event, quarantine


@dataclass(frozen=True, slots=True)
class Waiting:
    """One event that waits: which, whose, why and since when."""

    event_id: int
    source_id: str
    subject: str | None
    quarantine: Quarantine
    since: datetime


def add_new_waiting(session: Session, waiting: Iterable[tuple[RecordedEvent, Quarantine]], now: datetime) -> None:
    """Let events wait, each for its reason; `subject` of a row is the user id that is waited for."""
    rows = [
        {
            "event_id": recorded.event_id,
            "source_id": recorded.event.source_id,
            "subject": reason.subject if reason.subject is not None else recorded.event.subject,
            "reason": reason.reason.value,
            "detail": reason.detail,
            "since": now,
        }
        for recorded, reason in waiting
    ]
    bulk_insert(session, quarantine, rows)


def list_waiting(session: Session, after: int, limit: int) -> list[Waiting]:
    """The next events after a number that wait, by number."""
    query = select(quarantine).where(quarantine.c.event_id > after).order_by(quarantine.c.event_id).limit(limit)
    return [_waiting(row) for row in session.execute(query)]


def list_mendable(session: Session, after: int, types: Collection[str], due: datetime, limit: int) -> list[int]:
    """The next events after a number whose obstacle may be gone: an alias or a type is there, or the time came."""
    columns = quarantine.c
    named = exists().where(alias.c.source_id == columns.source_id, alias.c.subject == columns.subject)
    gone = or_(
        and_(columns.reason == QuarantineReason.UNRESOLVED_SUBJECT, named),
        and_(columns.reason == QuarantineReason.UNMAPPED_TYPE, event.c.type.in_(sorted(types))),
        and_(columns.reason == QuarantineReason.FUTURE_TIME, event.c.occurred_at <= due),
    )
    query = select(columns.event_id).join(event, event.c.event_id == columns.event_id)
    found = session.execute(query.where(columns.event_id > after, gone).order_by(columns.event_id).limit(limit))
    return list(found.scalars())


def claim_waiting(session: Session, event_ids: Collection[int]) -> list[Waiting]:
    """Take these events out of the quarantine; only those that nobody took before."""
    gone = delete(quarantine).where(quarantine.c.event_id.in_(sorted(event_ids))).returning(*quarantine.c)
    return sorted((_waiting(row) for row in session.execute(gone)), key=lambda item: item.event_id)


def _waiting(row: Row[Any]) -> Waiting:
    reason = Quarantine(QuarantineReason(row.reason), row.detail)
    return Waiting(row.event_id, row.source_id, row.subject, reason, row.since)
