"""The audit log as people read it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from service.domain.audit import AuditEntry
from service.domain.event import JsonValue
from service.store.audit import list_audit


def audit_log(session: Session, what: Iterable[str], limit: int) -> list[AuditEntry]:
    """The latest entries, the newest first; of these kinds only, if any is named."""
    return list_audit(session, what, limit)


def audit_document(entry: AuditEntry) -> dict[str, JsonValue]:
    """An entry as JSON."""
    return {
        "at": entry.at.isoformat(),
        "who": entry.who,
        "what": entry.what,
        "subject": entry.subject,
        "detail": dict(entry.detail),
    }
