"""Statements: what each person was told at a close; written once and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.period import Period
from service.store.dialect import bulk_insert
from service.store.tables import statement


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One statement: the canonical document and its hash, which leaves out the time of issue."""

    person_id: str
    period: Period
    version: int
    issued_at: datetime
    document: str
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
    """The latest statement of a person for a period."""
    columns = statement.c
    row = session.execute(
        select(statement)
        .where(columns.person_id == person_id, columns.period == str(period))
        .order_by(columns.version.desc())
        .limit(1)
    ).one_or_none()
    return (
        StatementRow(row.person_id, period, row.version, row.issued_at, row.document, row.document_hash)
        if row
        else None
    )
