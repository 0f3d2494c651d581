"""The statements that PostgreSQL and SQLite spell differently; no other file of the store knows which one it has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Integer,
    LargeBinary,
    Row,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

Rows = Sequence[Mapping[str, object]]
"""Rows to store: all with the same columns."""

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""A growing 64-bit id. SQLite numbers rows by itself only in a column whose type is exactly INTEGER (64 bits there)."""


def insert_new(
    session: Session, table: Table, rows: Rows, key_columns: Sequence[str], returning: Sequence[str]
) -> list[Row[Any]]:
    """Insert the rows whose key is not there yet, in the order given, and return these columns of the new ones alone.

    Callers that run side by side sort their rows by key: then nobody waits for somebody who waits for them.
    """
    if not rows:
        return []
    insertion, parameters = _insert(session, table, rows)
    statement = insertion.on_conflict_do_nothing(index_elements=list(key_columns))
    return list(session.execute(statement.returning(*(table.c[name] for name in returning)), parameters))


def upsert_replace(session: Session, table: Table, rows: Rows, key_columns: Sequence[str]) -> None:
    """Insert the rows, or give the ones that are there the new values; each key at most once."""
    _upsert(session, table, rows, key_columns, lambda _column, excluded: excluded)


def upsert_add(session: Session, table: Table, rows: Rows, key_columns: Sequence[str]) -> None:
    """Insert the rows, or add their numbers to what is there and keep the later of the times; each key at most once."""
    _upsert(session, table, rows, key_columns, lambda column, excluded: _added(session, column, excluded))


def bulk_insert(session: Session, table: Table, rows: Rows) -> None:
    """Insert many rows as fast as the database can."""
    if not rows:
        return
    if not _is_postgresql(session):
        session.execute(insert(table), list(rows))
        return
    names = ", ".join(rows[0])
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        values = zip(*[row.values() for row in rows], strict=True)
        lines = map("\t".join, zip(*[_spelled(column, _COPIED) for column in values], strict=True))
        copy.write("\n".join(lines) + "\n")


def listed(session: Session, columns: Sequence[Column[Any]], keys: Iterable[Sequence[object]]) -> FromClause:
    """Keys as a table to join with; where arrays exist, a thousand keys are planned like one."""
    rows = [tuple(key) for key in keys]
    if not _is_postgresql(session):
        # One text for all keys: a variable for each would be compiled anew for every number of keys.
        each = func.json_each(bindparam(None, json.dumps(rows, default=str))).table_valued("value")
        parts = [func.json_extract(each.c.value, f"$[{place}]") for place in range(len(columns))]
        typed = [type_coerce(part, item.type).label(item.name) for part, item in zip(parts, columns, strict=True)]
        return select(*typed).cte()
    arrays = [
        cast(bindparam(None, _array_text([row[place] for row in rows]), type_=Text), ARRAY(item.type))
        for place, item in enumerate(columns)
    ]
    return func.unnest(*arrays).table_valued(*[item.name for item in columns]).render_derived(name="listed")


def hold_shared(session: Session, name: str) -> None:
    """Until the end of the transaction keep out whoever wants this name alone."""
    if _is_postgresql(session):
        session.execute(text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:name, 0))"), {"name": name})


def hold_alone(session: Session, name: str) -> None:
    """Until the end of the transaction keep everybody else from holding this name; SQLite has one writer anyway."""
    if _is_postgresql(session):
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def bytewise(session: Session, column: Column[Any]) -> ColumnElement[Any]:
    """A text column in the order in which Python sorts texts, for an ORDER BY; SQLite knows no other."""
    return column.collate("C") if _is_postgresql(session) else column.asc()


def contains_bytes(session: Session, column: Column[Any], part: bytes) -> ColumnElement[bool]:
    """Whether these bytes stand somewhere in a column of bytes."""
    if not _is_postgresql(session):
        return func.instr(column, part) > 0
    escaped = b"".join(b"\\" + bytes([byte]) if byte in b"%_\\" else bytes([byte]) for byte in part)
    return column.op("LIKE", is_comparison=True)(bindparam(None, b"%" + escaped + b"%", type_=LargeBinary))


def _upsert(
    session: Session,
    table: Table,
    rows: Rows,
    key_columns: Sequence[str],
    merged: Callable[[Column[Any], Any], Any],
) -> None:
    if not rows:
        return
    insertion, parameters = _insert(session, table, rows)
    changes = {name: merged(table.c[name], insertion.excluded[name]) for name in rows[0] if name not in key_columns}
    session.execute(insertion.on_conflict_do_update(index_elements=list(key_columns), set_=changes), parameters)


def _insert(session: Session, table: Table, rows: Rows) -> tuple[Any, list[Mapping[str, object]] | None]:
    """An insert of all the rows, and its parameters where they are not in the statement itself."""
    if not _is_postgresql(session):
        # One text for any number of rows: rows written into the statement would be compiled with it, every time.
        return sqlite.insert(table), list(rows)
    columns = [table.c[name] for name in rows[0]]
    source = listed(session, columns, [list(row.values()) for row in rows])
    # unnest gives its rows in order, and the insert takes them in that order.
    return postgresql.insert(table).from_select(list(rows[0]), select(*source.c)), None


def _added(session: Session, column: Column[Any], excluded: Any) -> Any:
    if column.type.python_type is int:
        return column + excluded
    if _is_postgresql(session):
        return func.greatest(column, excluded)
    # max() of SQLite is unknown as soon as one side is; the later time is the known one.
    return func.max(func.coalesce(column, excluded), func.coalesce(excluded, column))


def _array_text(values: Sequence[object]) -> str:
    return "{" + ",".join(_spelled(values, _IN_ARRAY)) + "}" if values else "{}"


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How values are written inside one kind of text."""

    null: str
    signs: Mapping[str, str]
    quote: str = ""


_COPIED = _Spelling("\\N", {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_IN_ARRAY = _Spelling("NULL", {"\\": "\\\\", '"': '\\"'}, '"')


def _spelled(values: Sequence[object], spelling: _Spelling) -> Sequence[str]:
    """The values of a column, written; a column at a time, because most need nothing or are all the same.

    The driver would look up for each single value how to write it, which takes longer than the insert.
    """
    if values.count(values[0]) == len(values):
        return [_written(values[0], spelling)] * len(values)
    kinds = set(map(type, values))
    if kinds == {int}:
        return list(map(str, values))
    if kinds == {str}:
        whole = "".join(map(str, values))
        if not any(sign in whole for sign in spelling.signs):
            return [f"{spelling.quote}{value}{spelling.quote}" for value in values]
    return [_written(value, spelling) for value in values]


def _written(value: object, spelling: _Spelling) -> str:
    if value is None:
        return spelling.null
    if isinstance(value, datetime):
        assert value.tzinfo is not None, "a time without a zone reached the database"
        return f"{spelling.quote}{value}{spelling.quote}"
    assert isinstance(value, _KINDS), f"{type(value).__name__} has no place in a bulk statement"
    text = str(value)
    for sign, escaped in spelling.signs.items():
        text = text.replace(sign, escaped)
    return f"{spelling.quote}{text}{spelling.quote}"


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


_KINDS = (str, int, date)
