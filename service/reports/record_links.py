"""Links from events to the records of the CRM that told of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.event import Event
from service.domain.record_link import record_link
from service.domain.source import Source
from service.plans.source_mapping import mapping_of
from service.store.mappings import find_mapping
from service.store.object_tables import object_event
from service.store.sources import find_source

Identity = tuple[str, str]
"""A source and an external id."""


def record_links(session: Session, events: Sequence[Event]) -> dict[Identity, str]:
    """The link of each event that has one: by the template of its source, else by its object and the mapping."""
    found: dict[Identity, str] = {}
    for source_id in sorted({event.source_id for event in events}):
        source = find_source(session, source_id)
        if source is None:
            continue
        own = [event for event in events if event.source_id == source_id]
        links = _by_template(source, own) if source.record_url else _by_object(session, source, own)
        found |= {(source_id, name): link for name, link in links.items() if link}
    return found


def _by_template(source: Source, events: Sequence[Event]) -> dict[str, str]:
    return {
        event.external_id: record_link(
            source.record_url, {**event.data, "id": event.external_id, "account": source.account}
        )
        for event in events
    }


def _by_object(session: Session, source: Source, events: Sequence[Event]) -> dict[str, str]:
    kept = find_mapping(session, source.source_id)
    if kept is None:
        return {}
    rules = (mapping_of(kept.own, kept.shipped) if kept.own else mapping_of(kept.shipped)).objects
    columns = object_event.c
    names = sorted(event.external_id for event in events)
    rows = session.execute(
        select(columns.standing_id, columns.kind, columns.object_id).where(
            columns.source_id == source.source_id, columns.standing_id.in_(names)
        )
    )
    return {
        row.standing_id: record_link(rules[row.kind].record_url, {"id": row.object_id, "account": source.account})
        for row in rows
        if row.kind in rules
    }
