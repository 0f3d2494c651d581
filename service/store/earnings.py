"""Earning lines: drafted while a month is open, left alone once it is closed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, select, tuple_
from sqlalchemy.orm import Session

from service.domain.earning import Disposition, EarningLine
from service.domain.event import canonical_json
from service.domain.period import Period
from service.store.derived_tables import earning_line
from service.store.dialect import bulk_insert
from service.store.periods import CLOSED_STATES
from service.store.tables import period as period_table

LineScope = tuple[str, Period, Period]
"""A person, the period that posts, and the month worked: what is replaced as a whole."""


def replace_lines(session: Session, scopes: Sequence[LineScope], lines: Sequence[EarningLine]) -> None:
    """Replace the draft lines of these scopes; the caller holds the posting periods and knows that they are open."""
    columns = earning_line.c
    keys = [(person_id, str(period), str(month)) for person_id, period, month in scopes]
    session.execute(
        delete(earning_line).where(tuple_(columns.person_id, columns.period, columns.month_worked).in_(keys))
    )
    bulk_insert(session, earning_line, [_values(line) for line in lines])


def add_new_lines(session: Session, lines: Sequence[EarningLine]) -> None:
    """Add lines to those of a period that the caller holds alone."""
    bulk_insert(session, earning_line, [_values(line) for line in lines])


def list_lines(session: Session, period: Period, person_ids: Sequence[str] | None = None) -> list[EarningLine]:
    """The lines that a period posts (drafts while it is open), by person, month worked and position."""
    columns = earning_line.c
    query = select(earning_line).where(columns.period == str(period))
    if person_ids is not None:
        query = query.where(columns.person_id.in_(list(person_ids)))
    rows = session.execute(query.order_by(columns.person_id, columns.month_worked, columns.position))
    return [_line(row) for row in rows]


def find_unposted_period(session: Session, before: Period) -> Period | None:
    """The earliest month before this one that is not closed and has money in draft lines."""
    columns = earning_line.c
    text = session.execute(
        select(columns.period)
        .where(columns.period < str(before), columns.amount_minor != 0)
        .where(columns.disposition != Disposition.INFORMATION.value)
        .where(columns.period.not_in(select(period_table.c.period).where(period_table.c.state.in_(CLOSED_STATES))))
        .order_by(columns.period)
        .limit(1)
    ).scalar()
    return Period.parse(text) if text else None


def _values(line: EarningLine) -> dict[str, Any]:
    return {
        "person_id": line.person_id,
        "period": str(line.period),
        "month_worked": str(line.month_worked),
        "position": line.position,
        "rule": line.rule,
        "kind": line.kind,
        "label": line.label,
        "label_bg": line.label_bg,
        "amount_minor": line.amount_minor,
        "disposition": line.disposition.value,
        "plan_hash": line.plan_hash,
        "explanation": canonical_json(line.explanation),
    }


def _line(row: Row[Any]) -> EarningLine:
    return EarningLine(
        person_id=row.person_id,
        period=Period.parse(row.period),
        month_worked=Period.parse(row.month_worked),
        position=row.position,
        rule=row.rule,
        kind=row.kind,
        label=row.label,
        label_bg=row.label_bg,
        amount_minor=row.amount_minor,
        disposition=Disposition(row.disposition),
        plan_hash=row.plan_hash,
        explanation=json.loads(row.explanation),
    )
