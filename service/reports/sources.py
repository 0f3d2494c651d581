"""The configured senders."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from service.domain.fetch import FetchTerms
from service.domain.source import Source, SourceState
from service.domain.vendor_object import ObjectKey
from service.plans.source_mapping import mapping_of, shipped_text
from service.sources.adapter import Account, Vendor
from service.store import sources
from service.store.fetches import find_fetch_terms, find_next_due
from service.store.mappings import KeptMapping, find_mapping, list_mappings
from service.store.objects import list_objects_after
from service.store.source_states import find_source_state


def find_source(session: Session, source_id: str) -> Source | None:
    """The source of this name."""
    return sources.find_source(session, source_id)


def source_state(session: Session, source_id: str) -> SourceState | None:
    """All that decides whether and how the messages of a source are taken."""
    return find_source_state(session, source_id)


def all_sources(session: Session) -> list[Source]:
    """Every source by name."""
    return sources.list_sources(session)


def mapping_in_force(session: Session, source_id: str) -> KeptMapping | None:
    """The mapping of a source that was kept; None where the shipped one holds."""
    return find_mapping(session, source_id)


def all_mappings(session: Session, source_id: str) -> list[KeptMapping]:
    """Every mapping a source ever had, the latest first."""
    return list_mappings(session, source_id)


def vendor_of(source: Source, kept: KeptMapping | None, rules: Path) -> Vendor:
    """A source as its messages are read, under the mapping that was kept, else under the shipped one."""
    shipped = kept.shipped if kept else shipped_text(rules, source.kind.value)
    mapping = mapping_of(kept.own, shipped) if kept and kept.own else mapping_of(shipped)
    zone = source.timezone or mapping.timezone
    return Vendor(Account(source.source_id, zone, source.number_key, source.account), mapping)


def objects_after(session: Session, source_id: str, after: ObjectKey, limit: int) -> list[ObjectKey]:
    """The next objects of a vendor that were told of, in the order of kind and id."""
    return list_objects_after(session, source_id, after, limit)


def fetch_terms(session: Session, source_id: str) -> FetchTerms | None:
    """How the fields of a source's objects are fetched, if they are."""
    return find_fetch_terms(session, source_id)


def next_fetch_due(session: Session) -> datetime | None:
    """When the next object has its turn to be fetched."""
    return find_next_due(session)
