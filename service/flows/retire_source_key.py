"""Retiring a key of a source: what it signs is refused from then on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import SOURCE_KEY_RETIRED, AuditEntry
from service.domain.source_key import UnknownSourceKeyError
from service.store import source_keys as store
from service.store.audit import add_new_audit
from service.store.source_keys import list_source_keys, lock_source_keys


def retire_source_key(session: Session, source_id: str, key_id: str, who: str, *, now: datetime) -> None:
    """Refuse from now on what this key signs; retiring it again changes nothing."""
    lock_source_keys(session, source_id)
    found = {item.key_id: item for item in list_source_keys(session, source_id)}
    if key_id not in found:
        raise UnknownSourceKeyError(source_id, key_id)
    if found[key_id].retired_at is not None:
        return
    store.retire_source_key(session, key_id, now)
    add_new_audit(session, AuditEntry(now, who, SOURCE_KEY_RETIRED, key_id, {"source": source_id}))
