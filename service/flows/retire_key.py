"""Retiring an API key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.key import UnknownKeyError
from service.store import keys


def retire_key(session: Session, key_id: str, *, now: datetime) -> None:
    """Take a key out of use for ever; retiring it again changes nothing."""
    if keys.find_key(session, key_id) is None:
        raise UnknownKeyError(key_id)
    keys.retire_key(session, key_id, now)
