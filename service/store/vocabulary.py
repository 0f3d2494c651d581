"""The vocabulary: every published version of the company's metrics and event types, with its first day."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.store.dialect import upsert_replace
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
    """Every version, the earliest first."""
    columns = vocabulary_version.c
    rows = session.execute(select(columns.starts_on, columns.document).order_by(columns.starts_on))
    return [VocabularyVersion(row.starts_on, row.document) for row in rows]
