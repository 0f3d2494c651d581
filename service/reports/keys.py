"""The API keys: who may do what, and when each was last used."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.key import Key
from service.store import keys


def find_key(session: Session, key_id: str) -> Key | None:
    """The key of this id, retired or not."""
    return keys.find_key(session, key_id)


def all_keys(session: Session) -> list[Key]:
    """Every key, the oldest first."""
    return keys.list_keys(session)
