"""Posted lines as payroll and the books need them: without explanations and parts, which are most of a line."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.domain.earning import Charge, Disposition, EarningLine
from service.domain.period import Period
from service.store.derived_tables import earning_line
from service.store.periods import CLOSED_STATES
from service.store.tables import period as period_table

_COLUMNS = (
    "person_id", "period", "month_worked", "position", "rule", "kind", "label", "label_bg", "amount_minor",
    "disposition", "plan_hash", "charge",
)  # fmt: skip


def list_posted_lines(session: Session, period: Period) -> list[EarningLine]:
    """The lines that the closing of a period posted, by person, month worked and position."""
    return _lines(session, earning_line.c.period == str(period))


def list_spread_lines(session: Session, rules: Collection[str], until: Period) -> list[EarningLine]:
    """The costs that closings up to a month posted under these names."""
    columns = earning_line.c
    own = columns.rule.in_(sorted(rules)) & (columns.charge == Charge.EXPENSE.value)
    return _lines(session, own & (columns.period <= str(until)) & (columns.amount_minor != 0))


def _lines(session: Session, wanted: ColumnElement[bool]) -> list[EarningLine]:
    columns = earning_line.c
    closed = select(period_table.c.period).where(period_table.c.state.in_(CLOSED_STATES))
    rows = session.execute(
        select(*(columns[name] for name in _COLUMNS))
        .where(wanted, columns.period.in_(closed))
        .order_by(columns.period, columns.person_id, columns.month_worked, columns.position)
    ).mappings()
    return [
        EarningLine(
            **{
                **row,
                "period": Period.parse(row["period"]),
                "month_worked": Period.parse(row["month_worked"]),
                "disposition": Disposition(row["disposition"]),
                "charge": Charge(row["charge"]),
            }
        )
        for row in rows
    ]
