"""Rows of the keys with which sources sign."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from service.domain.source_key import SourceKey
from service.store.dialect import hold_alone
from service.store.intake_tables import source_key


def add_new_source_key(session: Session, new: SourceKey) -> None:
    """Insert a key."""
    session.execute(insert(source_key).values(asdict(new)))


def lock_source_keys(session: Session, source_id: str) -> None:
    """Until the end of the transaction nobody else changes the keys of this source."""
    hold_alone(session, f"keys of {source_id}")


def list_source_keys(session: Session, source_id: str) -> list[SourceKey]:
    """All keys of a source, the oldest first, retired ones too."""
    columns = source_key.c
    query = select(source_key).where(columns.source_id == source_id).order_by(columns.created_at, columns.key_id)
    return [SourceKey(**row._asdict()) for row in session.execute(query)]


def list_sealed(session: Session) -> list[tuple[str, str]]:
    """Every key that is not retired, with its encrypted secret."""
    query = select(source_key.c.key_id, source_key.c.sealed).where(source_key.c.retired_at.is_(None))
    return [(row.key_id, row.sealed) for row in session.execute(query.order_by(source_key.c.key_id))]


def mark_source_key_activated(session: Session, key_id: str, now: datetime) -> None:
    """Write when a key became good; the first time counts."""
    _write(session, key_id, source_key.c.activated_at.is_(None), activated_at=now)


def mark_source_key_used(session: Session, key: SourceKey, now: datetime) -> bool:
    """Write when a key last signed something, unless somebody did since the key was read; whether it was written."""
    as_read = source_key.c.last_used_at.is_not_distinct_from(key.last_used_at) & source_key.c.retired_at.is_(None)
    statement = update(source_key).where(source_key.c.key_id == key.key_id, as_read).values(last_used_at=now)
    return session.execute(statement.returning(source_key.c.key_id)).one_or_none() is not None


def retire_source_key(session: Session, key_id: str, now: datetime) -> None:
    """Take a key out of use for ever; the first time counts."""
    _write(session, key_id, source_key.c.retired_at.is_(None), retired_at=now)


def replace_sealed(session: Session, key_id: str, sealed: str) -> None:
    """Keep the same secret under another encryption."""
    _write(session, key_id, source_key.c.key_id == key_id, sealed=sealed)


def _write(session: Session, key_id: str, only: ColumnElement[bool], **values: object) -> None:
    session.execute(update(source_key).where(source_key.c.key_id == key_id, only).values(**values))
