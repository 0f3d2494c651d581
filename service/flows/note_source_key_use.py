"""Noting that a source signed with one of its keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import SOURCE_KEY_FIRST_USED, AuditEntry
from service.domain.source_key import SourceKey
from service.store import source_keys
from service.store.audit import add_new_audit


def note_source_key_use(session: Session, key: SourceKey, *, now: datetime) -> None:
    """Write when the key last signed something; the first time is audited. Of several who note one use, one does."""
    if source_keys.mark_source_key_used(session, key, now) and key.last_used_at is None:
        detail = {"source": key.source_id}
        add_new_audit(session, AuditEntry(now, key.source_id, SOURCE_KEY_FIRST_USED, key.key_id, detail))
