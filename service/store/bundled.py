"""What a close knew as a bundle gives it: read from tables of its own, the events numbered by what they are called."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, Table, func, insert, select
from sqlalchemy.orm import Session

from service.domain.bundle import SignedLink
from service.domain.chain import DocumentKind, Leaf
from service.domain.event import canonical_json
from service.domain.known import Known, KnownEvent, KnownPlan, KnownStatement, Knows, from_steps, steps
from service.domain.period import Period
from service.store.chain_tables import chain_leaf, chain_link, signing_key
from service.store.currency_tables import event_conversion
from service.store.dialect import bytewise, listed
from service.store.known_tables import known
from service.store.plan_tables import plan_version
from service.store.tables import event, statement

READ_AT_ONCE = 500
"""Rows read at once: a megabyte or two."""

# Databases number events in the order in which they came; what they are called is the same everywhere.
event_number = Table(
    "event_number",
    MetaData(),
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False, unique=True),
)


def number_events(session: Session) -> None:
    """Number the events 1, 2, 3 by source and external id."""
    event_number.create(session.connection())
    order = func.row_number().over(order_by=(event.c.source_id, event.c.external_id))
    session.execute(insert(event_number).from_select(["event_id", "number"], select(event.c.event_id, order)))


def read_numbered(session: Session) -> Iterator[KnownEvent]:
    """The numbered events, in their order."""
    columns, after = event_number.c, 0
    query = (
        select(columns.number, event.c.source_id, event.c.external_id, event.c.received_at, event.c.document)
        .add_columns(func.coalesce(event_conversion.c.document, ""))
        .join_from(event_number, event, event.c.event_id == columns.event_id)
        .outerjoin(event_conversion, event_conversion.c.event_id == columns.event_id)
        .order_by(columns.number)
        .limit(READ_AT_ONCE)
    )
    while rows := session.execute(query.where(columns.number > after)).all():
        after = rows[-1].number
        yield from (KnownEvent(*row) for row in rows)


def read_kept(session: Session, kind: Knows) -> Iterator[Known]:
    """The documents of a kind by month and name, their events by their numbers here."""
    columns = known.c
    keys = session.execute(
        select(columns.known_id).where(columns.kind == kind.value).order_by(columns.month, columns.name)
    )
    numbers = list(keys.scalars())
    for place in range(0, len(numbers), READ_AT_ONCE):
        wanted = columns.known_id.in_(numbers[place : place + READ_AT_ONCE])
        rows = session.execute(select(known).where(wanted).order_by(columns.month, columns.name))
        batch = [Known(row.period, row.version, kind, row.name, row.month, row.document) for row in rows]
        yield from _renumbered(session, batch) if kind in {Knows.MONTH, Knows.DEAL} else batch


def read_plans(session: Session) -> Iterator[KnownPlan]:
    """The versions of plans, by hash."""
    for row in session.execute(select(plan_version).order_by(plan_version.c.hash)):
        yield KnownPlan(row.hash, row.plan_id, row.version, row.document)


def read_earlier(session: Session) -> Iterator[KnownStatement]:
    """The statements there are, by month and person."""
    columns = statement.c
    for row in session.execute(select(statement).order_by(columns.period, columns.person_id)):
        yield KnownStatement(row.person_id, row.period, row.version, row.document, row.document_hash)


def find_link(session: Session, period: Period, version: int) -> tuple[int, SignedLink] | None:
    """The place of a closing in the chain of the books with its number; None where the books were not signed."""
    columns = chain_link.c
    own = (columns.period == str(period)) & (columns.version == version)
    row = session.execute(
        select(columns.number, columns.content, columns.signature, signing_key.c.public_key)
        .join(signing_key, signing_key.c.key_id == columns.key_id)
        .where(own, columns.document == DocumentKind.CLOSING.value)
    ).one_or_none()
    return (row.number, SignedLink(row.content, row.signature, row.public_key)) if row else None


def read_leaves(session: Session, number: int) -> Iterator[Leaf]:
    """The rows of a document of the chain as they were signed, person by person."""
    columns = chain_leaf.c
    query = select(chain_leaf).where(columns.number == number).order_by(bytewise(session, columns.person_id))
    for row in session.execute(query, execution_options={"yield_per": READ_AT_ONCE}):
        yield Leaf(row.person_id, row.rows, row.hash)


def _renumbered(session: Session, batch: Sequence[Known]) -> list[Known]:
    documents = [json.loads(one.document) for one in batch]
    old = {number for told in documents for name in ("events", "correcting") for number in from_steps(told[name])}
    keys = listed(session, [event_number.c.event_id], [(number,) for number in sorted(old)])
    rows = session.execute(select(event_number).where(event_number.c.event_id.in_(select(keys.c.event_id))))
    numbers = {row.event_id: row.number for row in rows}
    return [
        Known(one.period, one.version, one.kind, one.name, one.month, canonical_json(_with(told, numbers)))
        for one, told in zip(batch, documents, strict=True)
    ]


def _with(told: dict[str, Any], numbers: Mapping[int, int]) -> dict[str, Any]:
    """A document with other numbers; an event that is gone has none, and is left out with what was decided about it."""
    for name in ("events", "correcting"):
        told[name] = steps([numbers[number] for number in from_steps(told[name]) if number in numbers])
    for name, rows in told["tables"].items():
        if rows and "event_id" in rows[0]:
            own = [row | {"event_id": numbers[row["event_id"]]} for row in rows if row["event_id"] in numbers]
            told["tables"][name] = sorted(own, key=canonical_json)
    return told
