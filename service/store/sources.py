"""Rows of sources: the configured senders."""

from __future__ import annotations

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from service.domain.source import Source, SourceKind
from service.domain.source_settings import SourceSettings
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
    row = session.execute(select(source).where(source.c.source_id == source_id)).one_or_none()
    return _source(row) if row else None


def list_sources(session: Session) -> list[Source]:
    """All sources by name."""
    return [_source(row) for row in session.execute(select(source).order_by(source.c.source_id))]


def replace_settings(session: Session, source_id: str, settings: SourceSettings) -> None:
    """Write the settings that are given."""
    session.execute(update(source).where(source.c.source_id == source_id).values(settings.given()))


def _source(row: Row[*tuple[object, ...]]) -> Source:
    values = row._asdict()
    return Source(**values | {"kind": SourceKind(values["kind"])})
