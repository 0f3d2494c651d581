"""Periods: their state, the locks that keep a close and a scoring apart, and the closings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.orm import Session

from service.domain.period import Period, PeriodState
from service.store.dialect import ask, insert_new
from service.store.tables import closing
from service.store.tables import period as period_table

CLOSED_STATES = tuple(state.value for state in PeriodState if state.is_closed)


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period as it stands: its state and the number of the closing that holds (0 before the first)."""

    period: Period
    state: PeriodState
    version: int


@dataclass(frozen=True, slots=True)
class Closing:
    """One closing of a period: who, when, and the canonical document with its hash."""

    period: Period
    version: int
    closed_at: datetime
    closed_by: str
    document: str
    document_hash: str
    closed_by_person: str | None = None


def find_period(session: Session, period: Period) -> PeriodRow:
    """The state of a period; one that nothing was ever done with is open."""
    columns = period_table.c
    row = session.execute(select(columns.state, columns.version).where(columns.period == str(period))).one_or_none()
    return PeriodRow(period, PeriodState(row.state), row.version) if row else PeriodRow(period, PeriodState.OPEN, 0)


def list_periods(session: Session) -> list[PeriodRow]:
    """All periods something was done with, in the order of time."""
    rows = ask(session, _all_periods, {})
    return [PeriodRow(Period.parse(row.period), PeriodState(row.state), row.version) for row in rows]


def lock_period(session: Session, period: Period, *, shared: bool = False) -> PeriodRow:
    """Hold a period until the transaction ends: shared by those who draft lines in it, alone by who closes it."""
    row = {"period": str(period), "state": PeriodState.OPEN.value, "version": 0}
    insert_new(session, period_table, [row], ("period",), ("period",))
    session.execute(
        select(period_table.c.period).where(period_table.c.period == str(period)).with_for_update(read=shared)
    )
    return find_period(session, period)


def lock_earliest_open(session: Session, after: Period) -> Period:
    """The earliest period after a closed one that is not closed itself, held (shared) until the transaction ends."""
    columns = period_table.c
    last_closed = session.execute(
        select(func.max(columns.period)).where(columns.state.in_(CLOSED_STATES), columns.period >= str(after))
    ).scalar()
    candidate = Period.parse(last_closed or str(after)).following
    while lock_period(session, candidate, shared=True).state.is_closed:
        candidate = candidate.following
    return candidate


def find_earliest_open(session: Session, first: Period) -> Period:
    """The earliest period from this one on that is not closed."""
    columns = period_table.c
    closed = set(
        session.scalars(select(columns.period).where(columns.state.in_(CLOSED_STATES), columns.period >= str(first)))
    )
    candidate = first
    while str(candidate) in closed:
        candidate = candidate.following
    return candidate


def find_last_closed(session: Session) -> Period | None:
    """The latest closed period, if any month was ever closed."""
    columns = period_table.c
    text = session.execute(select(func.max(columns.period)).where(columns.state.in_(CLOSED_STATES))).scalar()
    return Period.parse(text) if text else None


def add_new_closing(session: Session, row: Closing) -> None:
    """Record a closing and make it the one that holds."""
    session.execute(
        insert(closing).values(
            period=str(row.period),
            version=row.version,
            closed_at=row.closed_at,
            closed_by=row.closed_by,
            closed_by_person=row.closed_by_person,
            document=row.document,
            document_hash=row.document_hash,
        )
    )
    set_period(session, PeriodRow(row.period, PeriodState.CLOSED, row.version))


def set_period(session: Session, row: PeriodRow) -> None:
    """Give a period, which the caller holds alone, its next state."""
    session.execute(
        update(period_table)
        .where(period_table.c.period == str(row.period))
        .values(state=row.state.value, version=row.version)
    )


def find_closing(session: Session, period: Period, version: int | None = None) -> Closing | None:
    """A closing of a period, withdrawn or not; without a version the latest, if it was ever closed."""
    version = find_period(session, period).version if version is None else version
    columns = closing.c
    row = session.execute(
        select(closing).where(columns.period == str(period), columns.version == version)
    ).one_or_none()
    return Closing(**row._asdict() | {"period": period}) if row else None


@cache
def _all_periods(database: str) -> Select[Any]:
    del database
    columns = period_table.c
    return select(columns.period, columns.state, columns.version).order_by(columns.period)
