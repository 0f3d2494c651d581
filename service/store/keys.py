"""Rows of API keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from service.domain.key import Key, Scope
from service.store.tables import api_key


def add_new_key(session: Session, new: Key) -> None:
    """Insert a key."""
    session.execute(
        insert(api_key).values(
            key_id=new.key_id,
            name=new.name,
            source_id=new.source_id,
            scopes=" ".join(sorted(new.scopes)),
            secret_hash=new.secret_hash,
            created_at=new.created_at,
            person_id=new.person_id,
        )
    )


def find_key(session: Session, key_id: str) -> Key | None:
    """The key of this id, retired or not."""
    row = session.execute(select(api_key).where(api_key.c.key_id == key_id)).one_or_none()
    return _key(row) if row else None


def list_keys(session: Session) -> list[Key]:
    """All keys, the oldest first."""
    rows = session.execute(select(api_key).order_by(api_key.c.created_at, api_key.c.key_id))
    return [_key(row) for row in rows]


def mark_key_used(session: Session, key_id: str, now: datetime) -> None:
    """Write when a key was last used."""
    session.execute(update(api_key).where(api_key.c.key_id == key_id).values(last_used_at=now))


def retire_key(session: Session, key_id: str, now: datetime) -> None:
    """Take a key out of use for ever; the first time counts."""
    unused = (api_key.c.key_id == key_id) & api_key.c.retired_at.is_(None)
    session.execute(update(api_key).where(unused).values(retired_at=now))


def _key(row: Row[*tuple[object, ...]]) -> Key:
    values = row._asdict()
    return Key(**values | {"scopes": frozenset(Scope(word) for word in values["scopes"].split())})
