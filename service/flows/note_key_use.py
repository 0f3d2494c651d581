"""Noting that a key was used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import KEY_FIRST_USED, AuditEntry
from service.domain.key import Key
from service.store import keys
from service.store.audit import add_new_audit


def note_key_use(session: Session, key: Key, *, now: datetime) -> None:
    """Write when the key was last used; its first use is audited."""
    if key.last_used_at is None:
        add_new_audit(session, AuditEntry(now, key.key_id, KEY_FIRST_USED, key.key_id, {"name": key.name}))
    keys.mark_key_used(session, key.key_id, now)
