"""The way back from a person's month to the events behind it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from service.domain.statement import MonthEvents
from service.store.derived_tables import event_credit
from service.store.scorecards import PersonMonth
from service.store.tables import event


def list_late_receipts(session: Session, month: PersonMonth, since: datetime) -> tuple[str, ...]:
    """Receipts of the events of a person's month that arrived after an instant, sorted."""
    rows = session.execute(_events(month, event.c.receipt_id).where(event.c.received_at > since))
    return tuple(sorted(row.receipt_id for row in rows))


def get_month_events(session: Session, month: PersonMonth) -> MonthEvents:
    """Count and hash the events of a person's month; the hash does not depend on the order of arrival."""
    rows = session.execute(_events(month, event.c.receipt_id, event.c.type)).all()
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.type] = counts.get(row.type, 0) + 1
    digest = hashlib.sha256("\n".join(sorted(row.receipt_id for row in rows)).encode()).hexdigest()
    return MonthEvents(counts, digest)


def _events(month: PersonMonth, *columns: ColumnElement[Any]) -> Select[Any]:
    person_id, period = month
    credit = event_credit.c
    return (
        select(*columns)
        .join_from(event_credit, event, event.c.event_id == credit.event_id)
        .where(credit.person_id == person_id, credit.day >= period.first_day, credit.day <= period.last_day)
        .distinct()
    )
