"""Rows of sources: the configured senders."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.orm import Session

from service.domain.source import Source, SourceKind
from service.domain.source_settings import SourceSettings
from service.store.dialect import ask
from service.store.tables import source


def add_new_source(session: Session, new: Source) -> None:
    """Insert a source; its name must be free."""
    session.execute(
        insert(source).values(
            source_id=new.source_id,
            kind=new.kind.value,
            token_hash=new.token_hash,
            max_age_days=new.max_age_days,
            record_url=new.record_url,
            requests_per_s=new.requests_per_s,
            events_per_s=new.events_per_s,
            versioned=new.versioned,
            scheme=new.scheme,
            timezone=new.timezone,
            account=new.account,
            number_key=new.number_key,
            created_at=new.created_at,
        )
    )


def find_source(session: Session, source_id: str) -> Source | None:
    """The source of this name."""
    rows = ask(session, _by_name, {"asked": source_id})
    return source_of(rows[0]._asdict()) if rows else None


def list_sources(session: Session) -> list[Source]:
    """All sources by name."""
    return [source_of(row._asdict()) for row in session.execute(select(source).order_by(source.c.source_id))]


def replace_settings(session: Session, source_id: str, settings: SourceSettings) -> None:
    """Write the settings that are given."""
    session.execute(update(source).where(source.c.source_id == source_id).values(settings.given()))


def source_of(values: Mapping[str, Any]) -> Source:
    """The source that the values of a row make."""
    return Source(**dict(values) | {"kind": SourceKind(values["kind"])})


@cache
def _by_name(database: str) -> Select[Any]:
    del database
    return select(source).where(source.c.source_id == bindparam("asked"))
