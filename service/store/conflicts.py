"""Conflicts: what came under a known identity with other content, until somebody looked at it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select, tuple_, update
from sqlalchemy.orm import Session

from service.domain.event import QuarantineReason
from service.domain.waiting import Decision, WaitingQuery
from service.store.tables import event, event_conflict


def count_conflicts(session: Session) -> int:
    """How many nobody has looked at."""
    columns = event_conflict.c
    return session.execute(select(func.count()).where(columns.settled_at.is_(None))).scalar_one()


def mark_settled(session: Session, wanted: WaitingQuery, decision: Decision) -> int:
    """Note that somebody looked at the wanted conflicts; how many were open."""
    conditions = open_conflicts(wanted)
    if conditions is None:
        return 0
    values = {"settled_at": decision.at, "settled_by": decision.who, "settled_why": decision.why}
    statement = update(event_conflict).where(*conditions).values(values).returning(event_conflict.c.content_hash)
    return len(session.execute(statement).all())


def open_conflicts(wanted: WaitingQuery) -> list[ColumnElement[bool]] | None:
    """The conditions of the wanted conflicts that nobody has looked at; None where none can be wanted."""
    columns = event_conflict.c
    if wanted.reason not in (None, QuarantineReason.CONFLICT) or wanted.subject:
        return None
    conditions: list[ColumnElement[bool]] = [columns.settled_at.is_(None)]
    if wanted.source_id:
        conditions.append(columns.source_id == wanted.source_id)
    if wanted.since is not None:
        conditions.append(columns.received_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(columns.received_at < wanted.until)
    if wanted.receipts:
        told = select(event.c.source_id, event.c.external_id).where(event.c.receipt_id.in_(sorted(wanted.receipts)))
        conditions.append(tuple_(columns.source_id, columns.external_id).in_(told))
    return conditions
