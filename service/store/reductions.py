"""Decisions about reductions of closed months: rows are only ever added."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from service.domain.period import Period
from service.domain.reduction import ReductionDecision, Verdict
from service.store.money_tables import reduction_decision


def add_new_decision(session: Session, new: ReductionDecision) -> int:
    """Keep a decision; its number."""
    values = asdict(new) | {"month_worked": str(new.month_worked), "posted_in": str(new.posted_in)}
    del values["decision_id"]
    number: int = session.execute(
        insert(reduction_decision).values(values).returning(reduction_decision.c.decision_id)
    ).scalar_one()
    return number


def list_decisions(session: Session, person_ids: Collection[str] | None = None) -> list[ReductionDecision]:
    """The decisions about these people's reductions, or about everybody's, in the order in which they were made."""
    columns = reduction_decision.c
    query = select(reduction_decision).order_by(columns.decision_id)
    if person_ids is not None:
        query = query.where(columns.person_id.in_(sorted(person_ids)))
    return [_decision(row) for row in session.execute(query)]


def list_people_decided(session: Session, person_ids: Collection[str]) -> set[str]:
    """Those of these people about whose reductions somebody decided."""
    column = reduction_decision.c.person_id
    return set(session.scalars(select(column).where(column.in_(sorted(person_ids))).distinct()))


def _decision(row: Row[Any]) -> ReductionDecision:
    values = row._asdict()
    return ReductionDecision(
        **values
        | {
            "month_worked": Period.parse(row.month_worked),
            "posted_in": Period.parse(row.posted_in),
            "verdict": Verdict(row.verdict),
        }
    )
