"""The vocabulary: every published version of the company's metrics and event types, with its first day."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.store.dialect import ask, upsert_replace
from service.store.plan_tables import vocabulary_version


@dataclass(frozen=True, slots=True)
class VocabularyVersion:
    """One version as kept; `document` is canonical JSON."""

    starts_on: date
    document: str


def add_new_vocabulary(session: Session, starts_on: date, document: str, now: datetime) -> None:
    """Put a vocabulary in force from a day on; again for the same day, it takes the place of the one before."""
    row = {
        "starts_on": starts_on,
        "hash": hashlib.sha256(document.encode()).hexdigest(),
        "document": document,
        "published_at": now,
    }
    upsert_replace(session, vocabulary_version, [row], ("starts_on",))


def get_vocabulary(session: Session, day: date) -> str | None:
    """The document in force on a day; None before the first was published."""
    columns = vocabulary_version.c
    query = select(columns.document).where(columns.starts_on <= day).order_by(columns.starts_on.desc()).limit(1)
    return session.execute(query).scalar()


def list_vocabularies(session: Session) -> list[VocabularyVersion]:
    """Every version, the earliest first; a document that the process read before is not read again."""
    known = [(row.starts_on, _READ.get(row.hash)) for row in ask(session, _versions, {})]
    if any(document is None for _, document in known):
        columns = vocabulary_version.c
        rows = session.execute(select(columns.starts_on, columns.hash, columns.document).order_by(columns.starts_on))
        read = {row.starts_on: (row.hash, row.document) for row in rows}
        _READ.clear()
        _READ.update(read.values())
        known = [(starts_on, document) for starts_on, (_, document) in read.items()]
    return [VocabularyVersion(starts_on, document or "") for starts_on, document in known]


_READ: dict[str, str] = {}
"""Documents by their hash: the same in every database."""


@cache
def _versions(database: str) -> Select[Any]:
    del database
    columns = vocabulary_version.c
    return select(columns.starts_on, columns.hash).order_by(columns.starts_on)
