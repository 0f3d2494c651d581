"""Events and their identities: each kept once and for ever."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, or_, select, tuple_, update
from sqlalchemy.orm import Session

from service.domain.conversion import conversion_from_document, in_company_money
from service.domain.counting import PersonDay, RecordedEvent
from service.domain.deal import WON, deal_of
from service.domain.delivery import Delivery
from service.domain.event import event_from_document
from service.domain.period import Period
from service.domain.share_claim import names_shares
from service.store.currency_tables import event_conversion
from service.store.derived_tables import event_credit
from service.store.dialect import ask, bulk_insert, insert_new, key_table, key_values, listed
from service.store.share_claims import list_approved
from service.store.tables import event, event_conflict, event_identity, quarantine


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of an event by its source and external id alone."""

    event_id: int
    content_hash: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Conflict:
    """What came under the identity of another event."""

    source_id: str
    external_id: str
    content_hash: str
    document: str


def add_new_identities(session: Session, source_id: str, hashes: Mapping[str, str], now: datetime) -> dict[str, int]:
    """Claim these external ids (with the hash of what each says); the numbers of those that were not there before.

    Another transaction that claims one of them waits until this one ends; all claim in the order of the ids.
    """
    rows = [
        {"source_id": source_id, "external_id": name, "content_hash": hashes[name], "received_at": now}
        for name in sorted(hashes)
    ]
    new = insert_new(session, event_identity, rows, ("source_id", "external_id"), ("external_id", "event_id"))
    return {row.external_id: row.event_id for row in new}


def find_identities(session: Session, source_id: str, external_ids: Collection[str]) -> dict[str, Identity]:
    """Those of the external ids of a source that are known."""
    if not external_ids:
        return {}
    asked = {"asked": source_id} | key_values(("external_id",), [(name,) for name in sorted(external_ids)])
    rows = ask(session, _identities, asked)
    return {row.external_id: Identity(row.event_id, row.content_hash, row.received_at) for row in rows}


@cache
def _identities(database: str) -> Select[Any]:
    columns = event_identity.c
    names = key_table(database, [columns.external_id])
    query = select(columns.external_id, columns.event_id, columns.content_hash, columns.received_at)
    joined = query.join_from(names, event_identity, columns.external_id == names.c.external_id)
    return joined.where(columns.source_id == bindparam("asked"))


def add_new_events(session: Session, events: Sequence[RecordedEvent]) -> None:
    """Keep events whose identity is new."""
    bulk_insert(session, event, [_row(item) for item in events])


def add_new_conflicts(session: Session, delivery: Delivery, conflicts: Sequence[Conflict]) -> None:
    """Keep what came under a known identity with other content."""
    rows = [
        {
            "source_id": item.source_id,
            "external_id": item.external_id,
            "content_hash": item.content_hash,
            "delivery_id": delivery.delivery_id,
            "received_at": delivery.received_at,
            "document": item.document,
        }
        for item in sorted(set(conflicts), key=lambda item: (item.external_id, item.content_hash))
    ]
    insert_new(session, event_conflict, rows, ("source_id", "external_id", "content_hash"), ("external_id",))


def set_people(session: Session, events: Sequence[RecordedEvent]) -> None:
    """Note the person each event's subject is now known as."""
    if events:
        statement = update(event).where(event.c.event_id == bindparam("number")).values(person_id=bindparam("who"))
        session.execute(statement, [{"number": item.event_id, "who": item.person_id} for item in events])


def find_event(session: Session, source_id: str, external_id: str) -> RecordedEvent | None:
    """The event of this identity."""
    query = _events().where(event.c.source_id == source_id, event.c.external_id == external_id)
    identity = find_identities(session, source_id, [external_id]).get(external_id)
    if identity is None:
        return None
    return _first(session, query.where(event.c.event_id == identity.event_id))


def find_event_by_receipt(session: Session, receipt_id: str) -> RecordedEvent | None:
    """The event of this receipt."""
    return _first(session, _events().where(event.c.receipt_id == receipt_id))


def list_events(session: Session, event_ids: Collection[int]) -> list[RecordedEvent]:
    """These events, by number."""
    return _list(session, _events().where(event.c.event_id.in_(sorted(event_ids))))


def list_events_after(session: Session, event_id: int, limit: int) -> list[RecordedEvent]:
    """The next counted events after a number (those that wait in quarantine are left out), by number."""
    waits = exists().where(quarantine.c.event_id == event.c.event_id)
    return _list(session, _events().where(event.c.event_id > event_id, ~waits).limit(limit))


def list_events_around(
    session: Session, period: Period, around: timedelta, types: Collection[str]
) -> list[RecordedEvent]:
    """The events of a month, and those of some types so long before and after it, that do not wait, by number."""
    waits = exists().where(quarantine.c.event_id == event.c.event_id)
    beside = event.c.day.between(period.first_day - around, period.last_day + around) & event.c.type.in_(sorted(types))
    return _list(session, _events().where(or_(event.c.period == str(period), beside), ~waits))


def list_events_of_days(session: Session, days: Collection[PersonDay]) -> list[RecordedEvent]:
    """Every event that concerns one of these days of people, each once, by number."""
    keys = listed(session, [event_credit.c.person_id, event_credit.c.day], sorted(days))
    concerned = select(event_credit.c.event_id).where(
        tuple_(event_credit.c.person_id, event_credit.c.day).in_(select(keys.c.person_id, keys.c.day))
    )
    return _list(session, _events().where(event.c.event_id.in_(concerned)))


def list_events_of_person(
    session: Session, source_id: str, person_id: str, first: date, last: date
) -> list[RecordedEvent]:
    """Every counted event of a source that happened in a span of days and concerns a person, by number."""
    concerned = select(event_credit.c.event_id).where(event_credit.c.person_id == person_id)
    in_span = event.c.day.between(first, last)
    return _list(session, _events().where(event.c.source_id == source_id, in_span, event.c.event_id.in_(concerned)))


def list_events_of_day(session: Session, person_id: str, day: date) -> list[RecordedEvent]:
    """Every event that concerns a person's day, by number."""
    return list_events_of_days(session, [(person_id, day)])


def list_events_behind(
    session: Session, person_id: str, first_day: date, last_day: date, types: Collection[str]
) -> list[RecordedEvent]:
    """The events of these types that concern a person in a span of days, by number."""
    credit = event_credit.c
    concerned = select(credit.event_id).where(
        credit.person_id == person_id, credit.day >= first_day, credit.day <= last_day
    )
    return _list(session, _events().where(event.c.event_id.in_(concerned), event.c.type.in_(sorted(types))))


def list_events_of_deals(session: Session, deal_ids: Collection[str]) -> list[RecordedEvent]:
    """Every counted event of these deals, by number."""
    keys = listed(session, [event.c.deal_id], [(deal,) for deal in sorted(deal_ids)])
    waits = exists().where(quarantine.c.event_id == event.c.event_id)
    return _list(session, _events().where(event.c.deal_id.in_(select(keys.c.deal_id)), ~waits))


def list_deals_of_days(session: Session, days: Collection[PersonDay]) -> list[tuple[str, Period]]:
    """The deals of the events that concern these days of people, each with the month of an event."""
    keys = listed(session, [event_credit.c.person_id, event_credit.c.day], sorted(days))
    concerned = select(event_credit.c.event_id).where(
        tuple_(event_credit.c.person_id, event_credit.c.day).in_(select(keys.c.person_id, keys.c.day))
    )
    rows = session.execute(
        select(event.c.deal_id, event.c.period)
        .where(event.c.event_id.in_(concerned), event.c.deal_id.is_not(None))
        .distinct()
    )
    return [(row.deal_id, Period.parse(row.period)) for row in rows]


def list_winners(session: Session, deals: Collection[str]) -> set[tuple[str, Period]]:
    """Whom the events concern by which these deals were won, each with the month of the event."""
    rows = ask(session, _winners, key_values(("deal_id",), [(deal,) for deal in sorted(deals)]))
    return {(row.person_id, Period.parse(row.period)) for row in rows}


@cache
def _winners(database: str) -> Select[Any]:
    asked = key_table(database, [event.c.deal_id])
    query = select(event_credit.c.person_id, event.c.period)
    joined = query.join_from(event, event_credit, event_credit.c.event_id == event.c.event_id)
    return joined.where(event.c.deal_id.in_(select(asked.c.deal_id)), event.c.type == WON).distinct()


def _events() -> Select[Any]:
    columns = event.c
    query = select(
        columns.event_id,
        columns.source_id,
        columns.external_id,
        columns.document,
        columns.delivery_id,
        columns.received_at,
        columns.day,
        columns.person_id,
        columns.late,
        event_conversion.c.document.label("conversion"),
    )
    converted = event_conversion.c.event_id == columns.event_id
    return query.outerjoin_from(event, event_conversion, converted).order_by(columns.event_id)


def _first(session: Session, query: Select[Any]) -> RecordedEvent | None:
    return next(iter(_list(session, query)), None)


def _list(session: Session, query: Select[Any]) -> list[RecordedEvent]:
    found = [_recorded(row) for row in session.execute(query)]
    naming = {item.event_id for item in found if names_shares(item.event)}
    approved = list_approved(session, naming) if naming else set()
    if not approved:
        return found
    return [replace(item, shares_hold=True) if item.event_id in approved else item for item in found]


def _recorded(row: Row[Any]) -> RecordedEvent:
    told = event_from_document(row.source_id, row.external_id, row.document)
    conversion = conversion_from_document(json.loads(row.conversion)) if row.conversion else None
    return RecordedEvent(
        row.event_id,
        in_company_money(told, conversion) if conversion else told,
        row.document,
        row.delivery_id,
        row.received_at,
        row.day,
        row.person_id,
        row.late,
        conversion=conversion,
    )


def _row(item: RecordedEvent) -> dict[str, object]:
    return {
        "event_id": item.event_id,
        "source_id": item.event.source_id,
        "external_id": item.event.external_id,
        "receipt_id": item.event.receipt_id,
        "delivery_id": item.delivery_id,
        "received_at": item.received_at,
        "type": item.event.type,
        "occurred_at": item.event.occurred_at,
        "day": item.day,
        "period": str(Period.of(item.day)),
        "subject": item.event.subject,
        "person_id": item.person_id,
        "document": item.document,
        "late": item.late,
        "deal_id": deal_of(item.event) or None,
    }
