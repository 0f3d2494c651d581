"""Ingest a delivery: keep it and its events, each once, and count what is new."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from service.domain.admission import Gate, judge
from service.domain.counting import Counted, RecordedEvent, doer_of
from service.domain.delivery import Delivery
from service.domain.event import Event, Item, ItemResult, ItemState, Quarantine, as_kept, event_document
from service.domain.period import Period
from service.domain.source import UnknownSourceError
from service.plans.words import Words, words_of
from service.sources.json_text import write_plain
from service.store.days import add_counted, find_aliases, hold_sources
from service.store.deliveries import add_new_delivery
from service.store.events import (
    Conflict,
    Identity,
    add_new_conflicts,
    add_new_events,
    add_new_identities,
    find_identities,
)
from service.store.periods import list_periods
from service.store.quarantine import add_new_waiting
from service.store.sources import find_source
from service.store.vocabulary import list_vocabularies

NO_TIME = datetime(1, 1, 1, tzinfo=UTC)
"""Stands in for the time of an event that has none of its own, so that it says the same whenever it is sent."""


@dataclass(frozen=True, slots=True)
class _Told:
    """An item that tells of an event: the event as it is kept, with the text and the hash of what it says."""

    item: Item
    event: Event
    document: str
    content_hash: str


_Judged = tuple[RecordedEvent, Counted | Quarantine]


def ingest(session: Session, delivery: Delivery, items: Sequence[Item], *, now: datetime) -> list[ItemResult]:
    """Keep a delivery and its events, add the new ones to the facts, and say for each item what became of it.

    An event that is known changes nothing; one that is known with other content is kept aside and never counts.
    """
    add_new_delivery(session, delivery)
    told = {item.index: _told(item, item.event) for item in items if item.event is not None}
    firsts: dict[str, _Told] = {}
    for one in told.values():
        firsts.setdefault(one.event.external_id, one)
    hold_sources(session, [one.event for one in firsts.values()])
    hashes = {name: one.content_hash for name, one in firsts.items()}
    new = add_new_identities(session, delivery.source_id, hashes, now)
    known = find_identities(session, delivery.source_id, hashes.keys() - new.keys())
    judged = _keep(session, delivery, {new[name]: firsts[name] for name in sorted(new)}, now)
    held = known | {name: Identity(number, hashes[name], now) for name, number in new.items()}
    results = [_result(item, told.get(item.index), held, judged) for item in items]
    _keep_conflicts(session, delivery, [told[item.index] for item in results if item.state is ItemState.CONFLICT])
    return results


def _told(item: Item, event: Event) -> _Told:
    kept, document = as_kept(event, write_plain)
    said = document if item.timed else event_document(replace(event, occurred_at=NO_TIME))
    return _Told(item, kept, document, hashlib.sha256(said.encode()).hexdigest())


def _keep(session: Session, delivery: Delivery, fresh: Mapping[int, _Told], now: datetime) -> dict[int, _Judged]:
    """Record the new events (by number), let wait what must, count the rest and mark the months it touches.

    Gives what became of each, by the index of its item.
    """
    if not fresh:
        return {}
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    judged = _judge(session, delivery, fresh, words, now)
    add_new_events(session, [recorded for recorded, _ in judged.values()])
    waiting = [(recorded, outcome) for recorded, outcome in judged.values() if isinstance(outcome, Quarantine)]
    add_new_waiting(session, waiting, now)
    counted = [outcome for _, outcome in judged.values() if isinstance(outcome, Counted)]
    add_counted(session, counted, words.measures, now)
    return judged


def _judge(
    session: Session, delivery: Delivery, fresh: Mapping[int, _Told], words: Words, now: datetime
) -> dict[int, _Judged]:
    source = find_source(session, delivery.source_id)
    if source is None:
        raise UnknownSourceError(delivery.source_id)
    closed = {row.period for row in list_periods(session) if row.state.is_closed}
    aliases = find_aliases(session, [one.event for one in fresh.values()])
    gate = Gate(aliases, words.measures, words.knows_type, now, timedelta(days=source.max_age_days))
    judged: dict[int, _Judged] = {}
    for number, one in fresh.items():
        day = words.measures.day_of(one.event.occurred_at)
        recorded = RecordedEvent(
            number,
            one.event,
            one.document,
            delivery.delivery_id,
            now,
            day,
            doer_of(one.event, aliases, day),
            late=Period.of(day) in closed,
        )
        judged[one.item.index] = (recorded, judge(recorded, one.item.quarantine, gate))
    return judged


def _result(item: Item, one: _Told | None, held: Mapping[str, Identity], judged: Mapping[int, _Judged]) -> ItemResult:
    if one is None:
        return ItemResult(item.index, item.external_id, ItemState.REJECTED, rejection=item.rejection)
    name, receipt = one.event.external_id, one.event.receipt_id
    if item.index in judged:
        recorded, outcome = judged[item.index]
        if isinstance(outcome, Quarantine):
            return ItemResult(item.index, name, ItemState.QUARANTINED, receipt, late=recorded.late, quarantine=outcome)
        return ItemResult(item.index, name, ItemState.ACCEPTED, receipt, late=recorded.late)
    state = ItemState.DUPLICATE if held[name].content_hash == one.content_hash else ItemState.CONFLICT
    return ItemResult(item.index, name, state, receipt, first_received_at=held[name].received_at)


def _keep_conflicts(session: Session, delivery: Delivery, conflicts: Sequence[_Told]) -> None:
    kept = [Conflict(one.event.source_id, one.event.external_id, one.content_hash, one.document) for one in conflicts]
    add_new_conflicts(session, delivery, kept)
