"""What a close knew, laid into empty tables: people, plans, events, and what stood on the accounts before."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.counting import Measures, RecordedEvent
from service.domain.event import event_from_document
from service.domain.known import Known, KnownEvent, KnownPlan, KnownStatement, Knows
from service.domain.period import Period, PeriodState
from service.store.currency_tables import event_conversion
from service.store.dialect import bulk_insert, insert_new, listed
from service.store.earnings import list_lines
from service.store.events import add_new_events
from service.store.known_rows import NEVER, JsonRow, put_tables
from service.store.parts import add_new_parts
from service.store.plan_tables import plan_version
from service.store.statements import StatementRow, add_new_statements
from service.store.tables import closing, event, event_identity, source
from service.store.tables import period as period_table


def put_plans(session: Session, plans: Sequence[KnownPlan]) -> None:
    """Keep versions of plans under their hashes."""
    rows = [
        {
            "hash": plan.plan_hash,
            "plan_id": plan.plan_id,
            "version": plan.version,
            "document": plan.document,
            "published_at": NEVER,
        }
        for plan in plans
    ]
    insert_new(session, plan_version, rows, ("hash",), ("hash",))


def put_statements(session: Session, statements: Sequence[KnownStatement]) -> None:
    """Keep statements of earlier closings."""
    rows = [
        StatementRow(item.person_id, Period.parse(item.period), item.version, NEVER, item.document, item.document_hash)
        for item in statements
    ]
    add_new_statements(session, rows)


def put_events(session: Session, events: Sequence[KnownEvent], measures: Measures) -> None:
    """Keep those of the events that are not there yet, each on the day on which it happened."""
    keys = listed(session, [event.c.event_id], [(item.number,) for item in events])
    there = set(session.scalars(select(event.c.event_id).where(event.c.event_id.in_(select(keys.c.event_id)))))
    new = {item.number: item for item in events if item.number not in there}
    identities = [
        {
            "event_id": item.number,
            "source_id": item.source_id,
            "external_id": item.external_id,
            "content_hash": "",
            "received_at": item.received_at,
        }
        for item in new.values()
    ]
    insert_new(session, event_identity, identities, ("event_id",), ("event_id",))
    add_new_events(session, [_recorded(item, measures) for item in new.values()])
    conversions = [
        {"event_id": item.number, "document": item.conversion, "converted_at": NEVER}
        for item in new.values()
        if item.conversion
    ]
    bulk_insert(session, event_conversion, conversions)


def put_documents(session: Session, documents: Sequence[Known]) -> None:
    """Write the rows that documents tell of into their tables."""
    rows: dict[str, list[JsonRow]] = {}
    for one in documents:
        for name, own in json.loads(one.document).get("tables", {}).items():
            rows.setdefault(name, []).extend(own)
    _put_sources(session, {str(row["source_id"]) for row in rows.get("alias", ())})
    _put_periods(session, rows.get("closing", ()))
    put_tables(session, rows | {"event_hold": _of_events(session, rows.get("event_hold", ()))})
    for month in sorted({one.month for one in documents if one.kind is Knows.LINES}):
        _put_parts(session, Period.parse(month), [one.name for one in documents if one.month == month])


def open_period(session: Session, period: Period, version: int) -> None:
    """Have a period open whose next closing has this version."""
    row = {"period": str(period), "state": PeriodState.OPEN.value, "version": version - 1}
    insert_new(session, period_table, [row], ("period",), ("period",))


def list_closed_periods(session: Session) -> set[Period]:
    """The periods that a closing holds."""
    return {Period.parse(text) for text in session.scalars(select(closing.c.period))}


def _recorded(item: KnownEvent, measures: Measures) -> RecordedEvent:
    told = event_from_document(item.source_id, item.external_id, item.document)
    day = measures.day_of(told.occurred_at)
    return RecordedEvent(item.number, told, item.document, "", item.received_at, day, None, late=False)


def _of_events(session: Session, holds: Sequence[JsonRow]) -> list[JsonRow]:
    """Holds with the identities of their events; of an event that is gone none."""
    numbers = [(row["event_id"],) for row in holds]
    keys = listed(session, [event.c.event_id], numbers)
    query = select(event.c.event_id, event.c.source_id, event.c.external_id)
    known = {row.event_id: row for row in session.execute(query.where(event.c.event_id.in_(select(keys.c.event_id))))}
    return [
        row | {"source_id": own.source_id, "external_id": own.external_id}
        for row in holds
        if (own := known.get(row["event_id"]))
    ]


def _put_sources(session: Session, source_ids: Collection[str]) -> None:
    rows = [
        {"source_id": name, "kind": "native", "max_age_days": 1, "created_at": NEVER} for name in sorted(source_ids)
    ]
    insert_new(session, source, rows, ("source_id",), ("source_id",))


def _put_periods(session: Session, closings: Sequence[JsonRow]) -> None:
    rows = [{"period": row["period"], "state": PeriodState.CLOSED.value, "version": row["version"]} for row in closings]
    insert_new(session, period_table, rows, ("period",), ("period",))


def _put_parts(session: Session, month: Period, person_ids: Iterable[str]) -> None:
    """The parts by deal of the lines that a month's closing posted."""
    version = session.execute(select(closing.c.version).where(closing.c.period == str(month))).scalar_one()
    add_new_parts(session, version, list_lines(session, month, sorted(person_ids)))
