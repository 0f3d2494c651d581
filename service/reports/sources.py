"""The configured senders."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.source import Source
from service.store import sources


def find_source(session: Session, source_id: str) -> Source | None:
    """The source of this name."""
    return sources.find_source(session, source_id)


def all_sources(session: Session) -> list[Source]:
    """Every source by name."""
    return sources.list_sources(session)
