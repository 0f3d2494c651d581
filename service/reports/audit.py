"""The audit log as people read it: as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from service.domain.audit import AuditEntry, AuditQuery
from service.domain.event import JsonValue, canonical_json
from service.domain.table_csv import written_table
from service.store.audit import list_audit

CSV_COLUMNS = ("entry", "at", "who", "what", "subject", "detail")


def audit_log(session: Session, asked: AuditQuery) -> list[AuditEntry]:
    """The entries asked for, the newest first."""
    return list_audit(session, asked)


def audit_document(entry: AuditEntry) -> dict[str, JsonValue]:
    """An entry as JSON."""
    return {
        "entry": entry.entry_id,
        "at": entry.at.isoformat(),
        "who": entry.who,
        "what": entry.what,
        "subject": entry.subject,
        "detail": dict(entry.detail),
    }


def audit_csv(entries: Sequence[AuditEntry]) -> str:
    """Entries as CSV with a heading; `detail` is canonical JSON."""
    rows = [
        {
            "entry": str(entry.entry_id),
            "at": entry.at.isoformat(),
            "who": entry.who,
            "what": entry.what,
            "subject": entry.subject,
            "detail": canonical_json(dict(entry.detail)),
        }
        for entry in entries
    ]
    return written_table(CSV_COLUMNS, rows)
