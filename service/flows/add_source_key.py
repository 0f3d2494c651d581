"""Adding a key with which a source will sign."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.audit import SOURCE_KEY_CREATED, AuditEntry
from service.domain.source import SourceRetiredError, UnknownSourceError
from service.domain.source_key import MOST_WAITING, SourceKey, TooManySourceKeysError
from service.store.audit import add_new_audit
from service.store.source_keys import add_new_source_key, list_source_keys, lock_source_keys
from service.store.sources import find_source


def add_source_key(session: Session, key: SourceKey, who: str) -> None:
    """Keep a key that waits to be activated; its source must exist and be in use."""
    source = find_source(session, key.source_id)
    if source is None:
        raise UnknownSourceError(key.source_id)
    if source.retired_at is not None:
        raise SourceRetiredError(key.source_id)
    lock_source_keys(session, key.source_id)
    waiting = [item for item in list_source_keys(session, key.source_id) if item.state == "waiting"]
    if len(waiting) >= MOST_WAITING:
        raise TooManySourceKeysError(key.source_id)
    add_new_source_key(session, key)
    add_new_audit(session, AuditEntry(key.created_at, who, SOURCE_KEY_CREATED, key.key_id, {"source": key.source_id}))
