"""Noting that a key was used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.key import Key
from service.store import keys


def note_key_use(session: Session, key: Key, *, now: datetime) -> None:
    """Write when the key was last used."""
    keys.mark_key_used(session, key.key_id, now)
