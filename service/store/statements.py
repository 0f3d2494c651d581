"""Statements: what each person was told at a close; written once and never changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, tuple_
from sqlalchemy.orm import Session

from service.domain.period import Period
from service.store.approvals import withdrawn
from service.store.dialect import bulk_insert
from service.store.tables import statement

ISSUED_AT_ONCE = 500
"""Statements read at once: some megabytes."""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One statement: the canonical document and its hash, which leaves out the time of issue."""

    person_id: str
    period: Period
    version: int
    issued_at: datetime
    document: str
    document_hash: str


@dataclass(frozen=True, slots=True)
class Issued:
    """That a statement was issued, without anything that it says."""

    person_id: str
    period: Period
    version: int
    issued_at: datetime
    document_hash: str


def add_new_statements(session: Session, rows: Sequence[StatementRow]) -> None:
    """Issue statements."""
    bulk_insert(
        session,
        statement,
        [
            {
                "person_id": row.person_id,
                "period": str(row.period),
                "version": row.version,
                "issued_at": row.issued_at,
                "document": row.document,
                "document_hash": row.document_hash,
            }
            for row in rows
        ],
    )


def find_statement(session: Session, person_id: str, period: Period) -> StatementRow | None:
    """The latest statement of a person for a period whose closing was not withdrawn."""
    columns = statement.c
    return _found(
        session,
        select(statement)
        .where(columns.person_id == person_id, columns.period == str(period))
        .where(tuple_(columns.period, columns.version).not_in(withdrawn()))
        .order_by(columns.version.desc())
        .limit(1),
    )


def find_issued_statement(session: Session, person_id: str, period: Period, version: int) -> StatementRow | None:
    """The statement that one closing issued to a person, withdrawn or not."""
    columns = statement.c
    own = (columns.person_id == person_id) & (columns.period == str(period)) & (columns.version == version)
    return _found(session, select(statement).where(own))


def read_issued(
    session: Session, period: Period, version: int, person_ids: Collection[str] | None = None
) -> Iterator[Sequence[StatementRow]]:
    """The statements that one closing issued, to these people or to everybody, in batches by person."""
    columns = statement.c
    own = (columns.period == str(period)) & (columns.version == version)
    wanted = sorted(session.scalars(select(columns.person_id).where(own)) if person_ids is None else person_ids)
    for place in range(0, len(wanted), ISSUED_AT_ONCE):
        names = wanted[place : place + ISSUED_AT_ONCE]
        rows = session.execute(select(statement).where(own, columns.person_id.in_(names)))
        yield sorted(map(_row, rows), key=lambda row: row.person_id)


def list_issued(session: Session, period: Period) -> list[Issued]:
    """Every statement issued for a period by closings that were not withdrawn, in the order of the persons' codes."""
    columns = statement.c
    rows = session.execute(
        select(columns.person_id, columns.version, columns.issued_at, columns.document_hash)
        .where(columns.period == str(period))
        .where(tuple_(columns.period, columns.version).not_in(withdrawn()))
        .order_by(columns.person_id, columns.version)
    )
    return [Issued(row.person_id, period, row.version, row.issued_at, row.document_hash) for row in rows]


def find_latest_issued(session: Session, person_id: str) -> Issued | None:
    """The statement a person was issued last, if it was not withdrawn."""
    columns = statement.c
    row = session.execute(
        select(columns.period, columns.version, columns.issued_at, columns.document_hash)
        .where(columns.person_id == person_id)
        .where(tuple_(columns.period, columns.version).not_in(withdrawn()))
        .order_by(columns.issued_at.desc(), columns.period.desc(), columns.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Issued(person_id, Period.parse(row.period), row.version, row.issued_at, row.document_hash)


def count_issued(session: Session, period: Period, version: int) -> int:
    """How many statements one closing issued."""
    columns = statement.c
    own = (columns.period == str(period)) & (columns.version == version)
    return session.execute(select(func.count()).select_from(statement).where(own)).scalar_one()


def list_issued_after(session: Session, period: Period, version: int, person_id: str, limit: int) -> list[StatementRow]:
    """The statements of one closing whose persons come after this one, in the order of their codes."""
    columns = statement.c
    own = (columns.period == str(period)) & (columns.version == version) & (columns.person_id > person_id)
    rows = session.execute(select(statement).where(own).order_by(columns.person_id).limit(limit))
    return [_row(row) for row in rows]


def _found(session: Session, query: Select[Any]) -> StatementRow | None:
    row = session.execute(query).one_or_none()
    return _row(row) if row else None


def _row(row: Row[Any]) -> StatementRow:
    period = Period.parse(row.period)
    return StatementRow(row.person_id, period, row.version, row.issued_at, row.document, row.document_hash)
