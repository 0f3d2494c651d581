"""Assigned targets: rows are only ever added, each with its author, and the newest of a kind holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.domain.period import Period
from service.domain.target import AssignedTarget
from service.store.dialect import bulk_insert
from service.store.tables import target


def add_new_targets(session: Session, targets: Sequence[AssignedTarget]) -> None:
    """Add targets; from now on they hold, and what was set before stays readable."""
    bulk_insert(
        session,
        target,
        [
            {
                "person_id": item.person_id,
                "period": str(item.period),
                "standard": item.standard,
                "amount": f"{item.amount:f}",
                "set_at": item.set_at,
                "set_by": item.set_by,
            }
            for item in targets
        ],
    )


def list_targets(session: Session, period: Period, person_ids: Collection[str]) -> dict[tuple[str, str], Decimal]:
    """The targets that hold in a month, by person and standard."""
    query = _of_period(period).where(target.c.person_id.in_(sorted(person_ids)))
    return {(item.person_id, item.standard): item.amount for item in _list(session, query)}


def list_target_history(session: Session, period: Period) -> list[AssignedTarget]:
    """Every target ever set for a month, the oldest first."""
    return _list(session, _of_period(period))


def _of_period(period: Period) -> Select[*tuple[object, ...]]:
    return select(target).where(target.c.period == str(period)).order_by(target.c.target_id)


def _list(session: Session, query: Select[*tuple[object, ...]]) -> list[AssignedTarget]:
    return [
        AssignedTarget(
            row.person_id, Period.parse(row.period), row.standard, Decimal(row.amount), row.set_at, row.set_by
        )
        for row in session.execute(query)
    ]
