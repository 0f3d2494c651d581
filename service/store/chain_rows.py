"""The rows of a document of the books as they stand, a person at a time: to be signed, or compared with what was."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Row as FoundRow
from sqlalchemy import Select, Table, select
from sqlalchemy.orm import Session

from service.domain.chain import DocumentKey, DocumentKind, Leaf, Row, RowKind, leaf_hash, rows_text
from service.domain.event import JsonValue
from service.domain.period import Period
from service.store.dialect import bytewise
from service.store.money_tables import approval, line_deal, payment, withdrawal
from service.store.tables import closing, ledger_entry, posting, statement

ROWS_AT_ONCE = 2_000
"""Rows in memory while a document is read: a month of fifty thousand people needs no more than one of two thousand."""

STATEMENTS_AT_ONCE = 100
"""Statements in memory while all of them are read, of some ten kilobytes each."""

TABLES: Mapping[DocumentKind, Table] = {
    DocumentKind.CLOSING: closing,
    DocumentKind.APPROVAL: approval,
    DocumentKind.WITHDRAWAL: withdrawal,
    DocumentKind.PAYMENT: payment,
}
"""Where each kind of document has its own row."""

_ELSEWHERE = frozenset({"period", "version", "position", "document"})
"""Columns that are not facts: the key, and the text, which has its hash among the facts."""

_Owned = tuple[str, Row]


def find_facts(session: Session, key: DocumentKey) -> dict[str, JsonValue] | None:
    """The document's own row but for its text; None if there is no such document."""
    table = TABLES[key.kind]
    kept = {"period": str(key.period), "version": key.version, "position": key.position}
    own = [table.c[name] == value for name, value in kept.items() if name in table.c]
    facts = [column for column in table.c if column.name not in _ELSEWHERE]
    row = session.execute(select(*facts).where(*own)).one_or_none()
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
    table = TABLES[kind]
    (made_at,) = (column for column in table.c if column.name.endswith("_at"))
    position = [table.c.position] if "position" in table.c else []
    for row in session.execute(select(made_at.label("made_at"), table.c.period, table.c.version, *position)):
        number = row.position if position else 0
        yield row.made_at, DocumentKey(kind, Period.parse(row.period), row.version, number)


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
