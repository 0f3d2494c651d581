"""What is kept no longer: raw deliveries, events and statements whose term is over, a batch at a time."""

from __future__ import annotations

from datetime import UTC, datetime, time

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.domain.period import Period
from service.store.derived_tables import event_credit
from service.store.dialect import upsert_replace
from service.store.intake_tables import event_release, share_claim
from service.store.object_tables import object_change
from service.store.privacy_tables import pruned
from service.store.tables import closing, delivery, event, event_conflict, quarantine, statement

EVENTS, STATEMENTS = "events", "statements"


def find_pruned(session: Session, kind: str) -> Period | None:
    """The last month of which nothing of this kind is kept; None as long as everything is."""
    text = session.execute(select(pruned.c.through).where(pruned.c.kind == kind)).scalar()
    return Period.parse(text) if text else None


def set_pruned(session: Session, kind: str, through: Period) -> None:
    """Note up to which month nothing of this kind is kept; what was noted for a later month stays."""
    known = find_pruned(session, kind)
    if known is None or known < through:
        upsert_replace(session, pruned, [{"kind": kind, "through": str(through)}], ("kind",))


def last_paid_by(session: Session, through: Period, year: int) -> Period:
    """The last month up to `through` of which, and before which, every month was closed by the end of this year."""
    columns = closing.c
    late = select(func.min(columns.period)).where(
        columns.period <= str(through), columns.closed_at >= datetime(year + 1, 1, 1, tzinfo=UTC)
    )
    found = session.execute(late).scalar()
    return Period.parse(found).preceding if found else through


def delete_raw(session: Session, before: datetime, limit: int) -> int:
    """Delete up to so many deliveries that came before a moment, and what came twice with other content."""
    gone = 0
    for table, column in ((delivery, delivery.c.delivery_id), (event_conflict, event_conflict.c.content_hash)):
        old = select(column).where(table.c.received_at < before).limit(limit)
        told = delete(table).where(table.c.received_at < before, column.in_(old)).returning(column)
        gone += len(session.execute(told).all())
    return gone


def delete_events(session: Session, through: Period, limit: int) -> int:
    """Delete up to so many events of the months up to one; their identities stay, so that none is counted again."""
    old = select(event.c.event_id).where(event.c.period <= str(through)).order_by(event.c.event_id).limit(limit)
    numbers = list(session.scalars(old))
    for table in (event_credit, quarantine, share_claim, event_release, event):
        session.execute(delete(table).where(table.c.event_id.in_(numbers)))
    ends = datetime.combine(through.following.first_day, time(), UTC)
    told = select(object_change.c.change_id).where(object_change.c.occurred_at < ends).limit(limit)
    changes = list(session.scalars(told))
    session.execute(delete(object_change).where(object_change.c.change_id.in_(changes)))
    return len(numbers) + len(changes)


def delete_statements(session: Session, through: Period, limit: int) -> int:
    """Delete up to so many statements of the months up to one; their entries stay in the ledger."""
    columns = statement.c
    old = select(columns.period, columns.person_id, columns.version).where(columns.period <= str(through))
    rows = session.execute(old.order_by(columns.period, columns.person_id).limit(limit)).all()
    for row in rows:
        own = (columns.period == row.period) & (columns.person_id == row.person_id)
        session.execute(delete(statement).where(own, columns.version == row.version))
    return len(rows)
