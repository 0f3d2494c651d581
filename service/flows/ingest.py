"""Ingest a delivery: keep it and its events, each once, and count what is new."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain

from sqlalchemy.orm import Session

from service.domain.admission import Gate, judge
from service.domain.counting import Counted, RecordedEvent, doer_of
from service.domain.delivery import Delivery, Sent, verdict_of
from service.domain.event import Event, Item, ItemResult, ItemState, Quarantine, as_kept, event_document
from service.domain.period import Period
from service.domain.source import Source, UnknownSourceError
from service.plans.words import Words, words_of
from service.sources.json_text import write_plain
from service.store.conversions import add_new_conversions
from service.store.days import add_counted, find_aliases, hold_sources
from service.store.deliveries import add_new_deliveries
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

    delivery: Delivery
    item: Item
    event: Event
    document: str
    content_hash: str


_Judged = tuple[RecordedEvent, Counted | Quarantine]


def ingest(
    session: Session, sent: Sequence[Sent], *, now: datetime, source: Source | None = None
) -> list[list[ItemResult]]:
    """Keep deliveries of one source and their events, add the new ones to the facts, and say what became of each item.

    An event that is known changes nothing; one that is known with other content is kept aside and never counts. Whoever
    read the `source` in the same transaction gives it.
    """
    told = [[_told(one.delivery, item) for item in one.items] for one in sent]
    firsts: dict[str, _Told] = {}
    for one in filter(None, chain.from_iterable(told)):
        firsts.setdefault(one.event.external_id, one)
    hold_sources(session, [one.event for one in firsts.values()])
    hashes = {name: one.content_hash for name, one in firsts.items()}
    source_id = sent[0].delivery.source_id
    new = add_new_identities(session, source_id, hashes, now)
    known = find_identities(session, source_id, hashes.keys() - new.keys())
    judged = _keep(session, source or source_id, {new[name]: firsts[name] for name in sorted(new)}, now) if new else {}
    held = known | {name: Identity(number, hashes[name], now) for name, number in new.items()}
    fresh = {id(firsts[name]): found for name, found in judged.items()}
    results = [
        [_result(item, one, held, fresh) for item, one in zip(of.items, ones, strict=True)]
        for of, ones in zip(sent, told, strict=True)
    ]
    _keep_conflicts(session, sent, told, results)
    told_of = zip(sent, results, strict=True)
    add_new_deliveries(session, [replace(one.delivery, verdict=verdict_of(found)) for one, found in told_of])
    return results


def _told(delivery: Delivery, item: Item) -> _Told | None:
    if item.event is None:
        return None
    kept, document = as_kept(item.event, write_plain)
    said = document if item.timed else event_document(replace(item.event, occurred_at=NO_TIME))
    return _Told(delivery, item, kept, document, hashlib.sha256(said.encode()).hexdigest())


def _keep(session: Session, of: Source | str, fresh: Mapping[int, _Told], now: datetime) -> dict[str, _Judged]:
    """Record the new events (by number), let wait what must, count the rest and mark the months it touches.

    `of` is their source, or its name where it must still be read. Gives what became of each, by its external id.
    """
    source = find_source(session, of) if isinstance(of, str) else of
    if source is None:
        raise UnknownSourceError(str(of))
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    judged = _judge(session, source, fresh, words, now)
    add_new_events(session, [recorded for recorded, _ in judged.values()])
    waiting = [(recorded, outcome) for recorded, outcome in judged.values() if isinstance(outcome, Quarantine)]
    add_new_waiting(session, waiting, now)
    counted = [outcome for _, outcome in judged.values() if isinstance(outcome, Counted)]
    add_counted(session, counted, words.measures, now)
    return judged


def _judge(
    session: Session, source: Source, fresh: Mapping[int, _Told], words: Words, now: datetime
) -> dict[str, _Judged]:
    closed = {row.period for row in list_periods(session) if row.state.is_closed}
    aliases = find_aliases(session, [one.event for one in fresh.values()])
    trusts = {one.delivery.delivery_id: one.delivery.trust for one in fresh.values()}
    measures = words.measures
    days = {number: measures.day_of(one.event.occurred_at) for number, one in fresh.items()}
    events = [
        RecordedEvent(
            number,
            one.event,
            one.document,
            one.delivery.delivery_id,
            now,
            days[number],
            doer_of(one.event, aliases, days[number]),
            late=Period.of(days[number]) in closed,
        )
        for number, one in fresh.items()
    ]
    events, rates = add_new_conversions(session, events, measures, now)
    gate = Gate(aliases, measures, words.knows_type, now, rates, timedelta(days=source.max_age_days), trusts)
    return {
        one.event.external_id: (recorded, judge(recorded, one.item.quarantine, gate))
        for one, recorded in zip(fresh.values(), events, strict=True)
    }


def _result(item: Item, one: _Told | None, held: Mapping[str, Identity], fresh: Mapping[int, _Judged]) -> ItemResult:
    if one is None:
        return ItemResult(item.index, item.external_id, ItemState.REJECTED, rejection=item.rejection)
    name, receipt = one.event.external_id, one.event.receipt_id
    if id(one) in fresh:
        recorded, outcome = fresh[id(one)]
        if isinstance(outcome, Quarantine):
            return ItemResult(item.index, name, ItemState.QUARANTINED, receipt, late=recorded.late, quarantine=outcome)
        return ItemResult(item.index, name, ItemState.ACCEPTED, receipt, late=recorded.late)
    state = ItemState.DUPLICATE if held[name].content_hash == one.content_hash else ItemState.CONFLICT
    return ItemResult(item.index, name, state, receipt, first_received_at=held[name].received_at)


def _keep_conflicts(
    session: Session,
    sent: Sequence[Sent],
    told: Sequence[Sequence[_Told | None]],
    results: Sequence[Sequence[ItemResult]],
) -> None:
    for of, ones, found in zip(sent, told, results, strict=True):
        kept = [
            Conflict(one.event.source_id, one.event.external_id, one.content_hash, one.document)
            for one, result in zip(ones, found, strict=True)
            if one is not None and result.state is ItemState.CONFLICT
        ]
        add_new_conflicts(session, of.delivery, kept)
