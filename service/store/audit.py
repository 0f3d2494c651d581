"""The audit log: entries are added, read, and never changed; the database refuses it too."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from service.domain.audit import AuditEntry, AuditQuery
from service.domain.event import canonical_json
from service.store.plan_tables import audit


def add_new_audit(session: Session, entry: AuditEntry) -> None:
    """Note what somebody does, in the transaction that does it."""
    add_new_audits(session, [entry])


def add_new_audits(session: Session, entries: Sequence[AuditEntry]) -> None:
    """Note several things that somebody does at once."""
    rows = [
        {
            "at": entry.at,
            "who": entry.who,
            "what": entry.what,
            "subject": entry.subject,
            "detail": canonical_json(dict(entry.detail)),
        }
        for entry in entries
    ]
    if rows:
        session.execute(insert(audit), rows)


def list_audit(session: Session, asked: AuditQuery) -> list[AuditEntry]:
    """The entries asked for, the newest first."""
    columns = audit.c
    query = select(columns.at, columns.who, columns.what, columns.subject, columns.detail, columns.audit_id)
    if asked.what:
        query = query.where(columns.what.in_(sorted(asked.what)))
    if asked.subject:
        query = query.where(columns.subject == asked.subject)
    if asked.since:
        query = query.where(columns.at >= asked.since)
    if asked.until:
        query = query.where(columns.at < asked.until)
    if asked.before:
        query = query.where(columns.audit_id < asked.before)
    rows = session.execute(query.order_by(columns.audit_id.desc()).limit(asked.limit))
    return [AuditEntry(row.at, row.who, row.what, row.subject, json.loads(row.detail), row.audit_id) for row in rows]
