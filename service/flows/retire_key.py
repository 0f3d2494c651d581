"""Retiring an API key: from then on it opens nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import KEY_RETIRED, AuditEntry
from service.domain.key import UnknownKeyError
from service.store import keys
from service.store.audit import add_new_audit


def retire_key(session: Session, key_id: str, who: str, *, now: datetime) -> None:
    """Take a key out of use for ever; retiring it again changes nothing."""
    key = keys.find_key(session, key_id)
    if key is None:
        raise UnknownKeyError(key_id)
    if key.retired_at is None:
        keys.retire_key(session, key_id, now)
        add_new_audit(session, AuditEntry(now, who, KEY_RETIRED, key_id, {"name": key.name}))
