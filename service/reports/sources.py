"""The configured senders."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.source import Source
from service.store import sources
from service.store.mappings import KeptMapping, find_mapping, list_mappings


def find_source(session: Session, source_id: str) -> Source | None:
    """The source of this name."""
    return sources.find_source(session, source_id)


def all_sources(session: Session) -> list[Source]:
    """Every source by name."""
    return sources.list_sources(session)


def mapping_in_force(session: Session, source_id: str) -> KeptMapping | None:
    """The mapping of a source that was kept; None where the shipped one holds."""
    return find_mapping(session, source_id)


def all_mappings(session: Session, source_id: str) -> list[KeptMapping]:
    """Every mapping a source ever had, the latest first."""
    return list_mappings(session, source_id)
