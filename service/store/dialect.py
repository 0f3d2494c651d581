"""The statements that PostgreSQL and SQLite spell differently; no other file of the store knows which one it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC
from functools import cache
from typing import Any

from psycopg.rows import namedtuple_row
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Executable,
    FromClause,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    bindparam,
    cast,
    false,
    func,
    insert,
    select,
    text,
    type_coerce,
)
from sqlalchemy import column as sql_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import Session

from service.store.columns import UtcDateTime
from service.store.spelling import lines_text, rows_text

Rows = Sequence[Mapping[str, object]]
"""Rows to store: all with the same columns."""

Names = tuple[str, ...]

_Merged = Callable[[str, Column[Any], Any], Any]

_POSTGRESQL = "postgresql"

_ROWS = "rows"

_DRIVER = PGDialect_psycopg()  # type: ignore[no-untyped-call] # a library class without types

FEW_ROWS = 32
"""Rows that one statement takes sooner than COPY, which talks to and fro."""

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""A growing 64-bit id. SQLite numbers rows by itself only in a column whose type is exactly INTEGER (64 bits there)."""


def insert_new(
    session: Session, table: Table, rows: Rows, key_columns: Sequence[str], returning: Sequence[str]
) -> Sequence[Any]:
    """Insert the rows whose key is not there yet, in the order given, and return these columns of the new ones alone.

    Callers that run side by side sort their rows by key: then nobody waits for somebody who waits for them.
    """
    if not rows:
        return []
    statement = _inserting_new(_database(session), table, tuple(rows[0]), tuple(key_columns), tuple(returning))
    return _send(session, statement, _parameters(session, rows))


def upsert_replace(session: Session, table: Table, rows: Rows, key_columns: Sequence[str]) -> None:
    """Insert the rows, or give the ones that are there the new values; each key at most once."""
    _upsert(session, table, rows, key_columns, _replaced)


def upsert_add(session: Session, table: Table, rows: Rows, key_columns: Sequence[str]) -> None:
    """Insert the rows, or add their numbers to what is there and keep the later of the times; each key at most once."""
    _upsert(session, table, rows, key_columns, _added)


def insert_or_lock(session: Session, table: Table, rows: Rows) -> None:
    """Insert rows that are nothing but their key, or lock those that are there, one by one in the order given.

    They are held until the end of the transaction.
    """
    if rows:
        statement = _inserting_or_locking(_database(session), table, tuple(rows[0]))
        _send(session, statement, _parameters(session, rows))


def bulk_insert(session: Session, table: Table, rows: Rows) -> None:
    """Insert many rows as fast as the database can."""
    if not rows:
        return
    if not _is_postgresql(session):
        session.execute(insert(table), list(rows))
        return
    if len(rows) <= FEW_ROWS:
        _send(session, _inserting(table, tuple(rows[0])), _parameters(session, rows))
        return
    names = ", ".join(rows[0])
    with _driver(session).cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        copy.write(lines_text(zip(*[row.values() for row in rows], strict=True)))


def listed(session: Session, columns: Sequence[Column[Any]], keys: Iterable[Sequence[object]]) -> FromClause:
    """Keys as a table to join with, however many they are."""
    values = key_values([column.name for column in columns], keys)
    return key_table(_database(session), columns, values)


def key_table(database: str, columns: Sequence[Column[Any]], values: Mapping[str, str] | None = None) -> FromClause:
    """A table of keys in a statement that is made once: its values are sent with it, as `key_values` gives them."""
    # One text for all keys: a variable for each would be compiled anew for every number of keys.
    rows = bindparam(_ROWS, type_=Text) if values is None else bindparam(None, values[_ROWS], type_=Text)
    if database == _POSTGRESQL:
        named = [sql_column(item.name, Text() if isinstance(item.type, String) else item.type) for item in columns]
        read = func.json_to_recordset(cast(rows, JSON)).table_valued(*named)
        return read.render_derived(name="listed", with_types=True)
    each = func.json_each(rows).table_valued("value")
    parts = [func.json_extract(each.c.value, f"$.{item.name}") for item in columns]
    typed = [type_coerce(part, item.type).label(item.name) for part, item in zip(parts, columns, strict=True)]
    return select(*typed).cte()


def key_values(names: Sequence[str], keys: Iterable[Sequence[object]]) -> dict[str, str]:
    """The values of a `key_table` with columns of these names."""
    return {_ROWS: rows_text([dict(zip(names, key, strict=True)) for key in keys])}


def ask(session: Session, made: Callable[[str], Executable], values: Mapping[str, object]) -> Sequence[Any]:
    """The rows of a statement that is made once for each database, by the values that are sent with it."""
    return _send(session, made(_database(session)), values)


def hold_shared(session: Session, name: str) -> None:
    """Until the end of the transaction keep out whoever wants this name alone."""
    if _is_postgresql(session):
        _send(session, _HOLD_SHARED, {"name": name})


def hold_alone(session: Session, name: str) -> None:
    """Until the end of the transaction keep everybody else from holding this name; SQLite has one writer anyway."""
    if _is_postgresql(session):
        _send(session, _HOLD_ALONE, {"name": name})


def bytewise(session: Session, column: Column[Any]) -> ColumnElement[Any]:
    """A text column in the order in which Python sorts texts, for an ORDER BY; SQLite knows no other."""
    return column.collate("C") if _is_postgresql(session) else column.asc()


def contains_bytes(session: Session, column: Column[Any], part: bytes) -> ColumnElement[bool]:
    """Whether these bytes stand somewhere in a column of bytes."""
    if not _is_postgresql(session):
        return func.instr(column, part) > 0
    escaped = b"".join(b"\\" + bytes([byte]) if byte in b"%_\\" else bytes([byte]) for byte in part)
    return column.op("LIKE", is_comparison=True)(bindparam(None, b"%" + escaped + b"%", type_=LargeBinary))


def _upsert(session: Session, table: Table, rows: Rows, key_columns: Sequence[str], merged: _Merged) -> None:
    if not rows:
        return
    statement = _upserting(_database(session), table, tuple(rows[0]), tuple(key_columns), merged)
    _send(session, statement, _parameters(session, rows))


# Making a statement takes longer than sending it, and there are as many as there are kinds of rows: each is made once.


@cache
def _inserting_new(database: str, table: Table, names: Names, key_columns: Names, returning: Names) -> Executable:
    statement = _insertion(database, table, names).on_conflict_do_nothing(index_elements=list(key_columns))
    return statement.returning(*(table.c[name] for name in returning))


@cache
def _inserting(table: Table, names: Names) -> Executable:
    return _insertion(_POSTGRESQL, table, names)


@cache
def _inserting_or_locking(database: str, table: Table, names: Names) -> postgresql.Insert | sqlite.Insert:
    insertion = _insertion(database, table, names)
    same = {names[0]: insertion.excluded[names[0]]}
    # A row that is there is locked before the condition is looked at, and then nothing is written.
    return insertion.on_conflict_do_update(index_elements=list(names), set_=same, where=false())


@cache
def _upserting(
    database: str, table: Table, names: Names, key_columns: Names, merged: _Merged
) -> postgresql.Insert | sqlite.Insert:
    insertion = _insertion(database, table, names)
    changed = [name for name in names if name not in key_columns]
    changes = {name: merged(database, table.c[name], insertion.excluded[name]) for name in changed}
    return insertion.on_conflict_do_update(index_elements=list(key_columns), set_=changes)


def _insertion(database: str, table: Table, names: Names) -> postgresql.Insert | sqlite.Insert:
    """An insert of any number of rows; its parameters are `_parameters`."""
    if database != _POSTGRESQL:
        # One text for any number of rows: rows written into the statement would be compiled with it, every time.
        return sqlite.insert(table)
    source = key_table(database, [table.c[name] for name in names])
    # The rows are read in order, and the insert takes them in that order.
    return postgresql.insert(table).from_select(list(names), select(*source.c))


def _parameters(session: Session, rows: Rows) -> dict[str, str] | list[Mapping[str, object]]:
    if _database(session) != _POSTGRESQL:
        return list(rows)
    return {_ROWS: rows_text(rows)}


def _send(session: Session, statement: Executable, parameters: Any) -> Sequence[Any]:
    """Send a statement that was made once; its rows, if it gives any.

    Where we can, straight through the driver: a statement costs the layers above it several times what it costs itself.
    """
    if not _is_postgresql(session):
        result = session.connection().execute(statement, parameters)
        return result.all() if result.returns_rows else []
    spelled, fixed, times = _spelled_out(statement)
    with _driver(session).cursor(row_factory=namedtuple_row) as cursor:
        cursor.execute(spelled, fixed | parameters)
        rows: Sequence[Any] = cursor.fetchall() if cursor.description else []
    return [_in_utc(row, times) for row in rows] if times else rows


@cache
def _spelled_out(statement: Executable) -> tuple[str, dict[str, Any], Names]:
    """The text of a statement, the values that are written in it, and which columns of its rows are times."""
    compiled = statement.compile(dialect=_DRIVER)  # type: ignore[attr-defined] # every statement of ours has it
    fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
    columns = getattr(statement, "exported_columns", ())
    return str(compiled), fixed, tuple(column.key for column in columns if isinstance(column.type, UtcDateTime))


def _in_utc(row: Any, names: Names) -> Any:
    return row._replace(**{name: getattr(row, name) and getattr(row, name).astimezone(UTC) for name in names})


def _driver(session: Session) -> Any:
    return session.connection().connection.driver_connection


def _replaced(database: str, column: Column[Any], excluded: Any) -> Any:
    del database, column
    return excluded


def _added(database: str, column: Column[Any], excluded: Any) -> Any:
    if column.type.python_type is int:
        return column + excluded
    if database == _POSTGRESQL:
        return func.greatest(column, excluded)
    # max() of SQLite is unknown as soon as one side is; the later time is the known one.
    return func.max(func.coalesce(column, excluded), func.coalesce(excluded, column))


def _is_postgresql(session: Session) -> bool:
    return _database(session) == _POSTGRESQL


def _database(session: Session) -> str:
    return session.get_bind().dialect.name


_HOLD_SHARED = text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:name, 0))")
_HOLD_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
