"""Activating a key: what it signs is taken from then on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import SOURCE_KEY_ACTIVATED, AuditEntry
from service.domain.source_key import MOST_ACTIVE, SourceKeyRetiredError, TooManySourceKeysError, UnknownSourceKeyError
from service.store.audit import add_new_audit
from service.store.source_keys import list_source_keys, lock_source_keys, mark_source_key_activated


def activate_source_key(session: Session, source_id: str, key_id: str, who: str, *, now: datetime) -> None:
    """Let a waiting key be good from now on, beside those that are; activating it again changes nothing."""
    lock_source_keys(session, source_id)
    found = {item.key_id: item for item in list_source_keys(session, source_id)}
    if key_id not in found:
        raise UnknownSourceKeyError(source_id, key_id)
    if found[key_id].retired_at is not None:
        raise SourceKeyRetiredError(key_id)
    if found[key_id].is_active:
        return
    if sum(item.is_active for item in found.values()) >= MOST_ACTIVE:
        raise TooManySourceKeysError(source_id)
    mark_source_key_activated(session, key_id, now)
    add_new_audit(session, AuditEntry(now, who, SOURCE_KEY_ACTIVATED, key_id, {"source": source_id}))
