"""The audit log: entries are added, read, and never changed."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from service.domain.audit import AuditEntry
from service.domain.event import canonical_json
from service.store.plan_tables import audit


def add_new_audit(session: Session, entry: AuditEntry) -> None:
    """Note what somebody does, in the transaction that does it."""
    session.execute(
        insert(audit).values(
            at=entry.at,
            who=entry.who,
            what=entry.what,
            subject=entry.subject,
            detail=canonical_json(dict(entry.detail)),
        )
    )


def list_audit(session: Session, what: Iterable[str], limit: int) -> list[AuditEntry]:
    """The latest entries, the newest first; of these kinds only, if any is named."""
    columns = audit.c
    query = select(columns.at, columns.who, columns.what, columns.subject, columns.detail)
    kinds = sorted(what)
    if kinds:
        query = query.where(columns.what.in_(kinds))
    rows = session.execute(query.order_by(columns.audit_id.desc()).limit(limit))
    return [AuditEntry(row.at, row.who, row.what, row.subject, json.loads(row.detail)) for row in rows]
