"""The rows of a document of the books as they stand, a person at a time: to be signed, or compared with what was."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, literal, select
from sqlalchemy import Row as FoundRow
from sqlalchemy.orm import Session

from service.domain.chain import DocumentKey, DocumentKind, Leaf, Row, RowKind, leaf_hash, rows_text
from service.domain.event import JsonValue
from service.domain.period import Period
from service.store.dialect import bytewise
from service.store.money_tables import approval, line_deal, payment, reduction_decision, withdrawal
from service.store.tables import closing, ledger_entry, posting, statement

ROWS_AT_ONCE = 2_000
"""Rows in memory while a document is read: a month of fifty thousand people needs no more than one of two thousand."""

STATEMENTS_AT_ONCE = 100
"""Statements in memory while all of them are read, of some ten kilobytes each."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a kind of document has its own row: when it was made, and which columns are its key."""

    made_at: Column[datetime]
    period: Column[str]
    version: Column[int] | None = None
    position: Column[int] | None = None

    @property
    def facts(self) -> list[Column[Any]]:
        """All but the key, and but the text, which has its hash among the facts."""
        key = {column.name for column in (self.period, self.version, self.position) if column is not None}
        return [column for column in self.made_at.table.c if column.name not in {*key, "document"}]


_PLACES: Mapping[DocumentKind, _Place] = {
    DocumentKind.CLOSING: _Place(closing.c.closed_at, closing.c.period, closing.c.version),
    DocumentKind.APPROVAL: _Place(approval.c.approved_at, approval.c.period, approval.c.version, approval.c.position),
    DocumentKind.WITHDRAWAL: _Place(withdrawal.c.withdrawn_at, withdrawal.c.period, withdrawal.c.version),
    DocumentKind.PAYMENT: _Place(payment.c.paid_at, payment.c.period, payment.c.version, payment.c.position),
    DocumentKind.DECISION: _Place(
        reduction_decision.c.decided_at, reduction_decision.c.posted_in, position=reduction_decision.c.decision_id
    ),
}

_Owned = tuple[str, Row]


def find_facts(session: Session, key: DocumentKey) -> dict[str, JsonValue] | None:
    """The document's own row but for its text; None if there is no such document."""
    place = _PLACES[key.kind]
    kept = ((place.period, str(key.period)), (place.version, key.version), (place.position, key.position))
    own = [column == value for column, value in kept if column is not None]
    row = session.execute(select(*place.facts).where(*own)).one_or_none()
    return {name: _plain(value) for name, value in row._asdict().items()} if row else None


def list_leaves(session: Session, key: DocumentKey) -> Iterator[Leaf]:
    """What the document added to the books, person by person in the order of their ids, read as a stream."""
    streams = [_entries(session, key)]
    if key.kind is DocumentKind.CLOSING:
        streams += [_parts(session, key), _statements(session, key)]
    for person_id, owned in groupby(heapq.merge(*streams, key=itemgetter(0)), key=itemgetter(0)):
        rows = rows_text(row for _, row in owned)
        yield Leaf(person_id, rows, leaf_hash(person_id, rows))


def list_document_keys(session: Session, kind: DocumentKind) -> Iterator[tuple[datetime, DocumentKey]]:
    """Every document of a kind with its time."""
    place = _PLACES[kind]
    columns = (place.made_at, place.period, place.version, place.position)
    none: ColumnElement[Any] = literal(0)
    query = select(*[none if column is None else column for column in columns])
    for made_at, period, version, position in session.execute(query):
        yield made_at, DocumentKey(kind, Period.parse(period), version, position)


def streamed(session: Session, query: Select[Any], at_once: int = ROWS_AT_ONCE) -> Iterator[FoundRow[Any]]:
    """The rows of a query without holding more than so many at once."""
    return iter(session.execute(query, execution_options={"yield_per": at_once}))


def _entries(session: Session, key: DocumentKey) -> Iterator[_Owned]:
    columns, side = ledger_entry.c, posting.c
    query = (
        select(columns.entry_id, columns.person_id, columns.month_worked, columns.reason, columns.posted_at)
        .add_columns(side.account, side.amount_minor)
        .join(posting, side.entry_id == columns.entry_id, isouter=True)
        .where(columns.period == str(key.period), columns.version == key.version)
        .where(columns.document == key.kind.value, columns.position == key.position)
        .order_by(bytewise(session, columns.person_id), columns.month_worked, columns.entry_id)
        .order_by(bytewise(session, side.account))
    )
    last = None
    for row in streamed(session, query):
        if row.entry_id != last:
            last = row.entry_id
            yield row.person_id, Row(RowKind.ENTRY, (row.month_worked,), (row.reason, row.posted_at.isoformat()))
        if row.account is not None:
            yield row.person_id, Row(RowKind.POSTING, (row.month_worked, row.account), (row.amount_minor,))


def _parts(session: Session, key: DocumentKey) -> Iterator[_Owned]:
    columns = line_deal.c
    query = (
        select(line_deal)
        .where(columns.period == str(key.period), columns.version == key.version)
        .order_by(bytewise(session, columns.person_id), columns.part_id)
    )
    for row in streamed(session, query):
        due_on = row.due_on.isoformat() if row.due_on else ""
        own = (row.what, row.month_worked, row.rule, row.deal_id, due_on, row.otherwise)
        yield row.person_id, Row(RowKind.PART, own, (row.amount_minor, row.plan_hash))


def _statements(session: Session, key: DocumentKey) -> Iterator[_Owned]:
    columns = statement.c
    query = (
        select(columns.person_id, columns.issued_at, columns.document_hash)
        .where(columns.period == str(key.period), columns.version == key.version)
        .order_by(bytewise(session, columns.person_id))
    )
    for row in streamed(session, query):
        yield row.person_id, Row(RowKind.STATEMENT, (), (row.document_hash, row.issued_at.isoformat()))


def _plain(value: object) -> JsonValue:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    assert value is None or isinstance(value, (str, int)), f"{type(value).__name__} has no place in the chain"
    return value
