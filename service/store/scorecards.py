"""Scorecards: what a person attained in a month; the row is also the lock a scoring transaction holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, tuple_, update
from sqlalchemy.orm import Session

from service.domain.period import Period
from service.store.derived_tables import earning_input, scorecard
from service.store.dialect import bulk_insert, insert_new, listed

PersonMonth = tuple[str, Period]
"""A person and a month: the unit of scoring."""


@dataclass(frozen=True, slots=True)
class ScorecardRow:
    """The scorecard of one person-month as kept; `document` is canonical JSON with every standard."""

    person_id: str
    period: Period
    role: str
    team: str
    plan_hash: str
    score_tenths: int | None
    reached_at: datetime | None
    document: str


@dataclass(frozen=True, slots=True)
class InputRow:
    """What a plan is evaluated on, for one stretch of a month under one plan.

    `deals` is canonical JSON: what deals have in the measures of its rules, and what is due back of them.
    """

    person_id: str
    period: Period
    position: int
    plan_hash: str
    engine: int
    snapshot: str
    snapshot_hash: str
    deals: str = "{}"


def lock_scorecards(session: Session, months: Sequence[PersonMonth]) -> None:
    """Hold these person-months until the transaction ends, before their facts are read; in one order: no deadlock."""
    keys = sorted({(str(period), person_id) for person_id, period in months})
    rows = [{"person_id": person_id, "period": period} for period, person_id in keys]
    insert_new(session, scorecard, rows, ("person_id", "period"), ("person_id",))
    columns = scorecard.c
    for period, person_id in keys:
        session.execute(
            select(columns.person_id).where(columns.person_id == person_id, columns.period == period).with_for_update()
        )


def replace_scorecards(session: Session, rows: Sequence[ScorecardRow]) -> None:
    """Write the scorecards of locked person-months."""
    columns = scorecard.c
    for row in rows:
        session.execute(
            update(scorecard)
            .where(columns.person_id == row.person_id, columns.period == str(row.period))
            .values(
                role=row.role,
                team=row.team,
                plan_hash=row.plan_hash,
                score_tenths=row.score_tenths,
                reached_at=row.reached_at,
                document=row.document,
            )
        )


def list_scorecards(session: Session, months: Sequence[PersonMonth]) -> list[ScorecardRow]:
    """The scorecards of these person-months."""
    columns = scorecard.c
    names = sorted({(person_id, str(period)) for person_id, period in months})
    keys = listed(session, [columns.person_id, columns.period], names)
    rows = session.execute(
        select(scorecard)
        .join_from(keys, scorecard, (columns.person_id == keys.c.person_id) & (columns.period == keys.c.period))
        .order_by(columns.period, columns.person_id)
    )
    return [
        ScorecardRow(
            row.person_id,
            Period.parse(row.period),
            row.role,
            row.team,
            row.plan_hash,
            row.score_tenths,
            row.reached_at,
            row.document,
        )
        for row in rows
    ]


def replace_inputs(session: Session, months: Sequence[PersonMonth], rows: Sequence[InputRow]) -> None:
    """Replace what the plans of these person-months are evaluated on."""
    columns = earning_input.c
    keys = [(person_id, str(period)) for person_id, period in months]
    session.execute(delete(earning_input).where(tuple_(columns.person_id, columns.period).in_(keys)))
    bulk_insert(
        session,
        earning_input,
        [
            {
                "person_id": row.person_id,
                "period": str(row.period),
                "position": row.position,
                "plan_hash": row.plan_hash,
                "engine": row.engine,
                "snapshot": row.snapshot,
                "snapshot_hash": row.snapshot_hash,
                "deals": row.deals,
            }
            for row in rows
        ],
    )


def list_inputs(session: Session, months: Sequence[PersonMonth]) -> list[InputRow]:
    """What the plans of these person-months are evaluated on, in order."""
    keys = [(person_id, str(period)) for person_id, period in months]
    return _inputs(session, tuple_(earning_input.c.person_id, earning_input.c.period).in_(keys))


def list_period_inputs(session: Session, period: Period) -> list[InputRow]:
    """What all plans of a period are evaluated on, by person."""
    return _inputs(session, earning_input.c.period == str(period))


def list_scored_people(session: Session, period: Period) -> set[str]:
    """Those who have a scorecard in a period, whatever is on it."""
    rows = session.execute(select(scorecard.c.person_id).where(scorecard.c.period == str(period)))
    return set(rows.scalars())


def list_people_without_plan(session: Session, period: Period) -> list[str]:
    """Those who were scored for a period while no plan of their role was in force."""
    columns = scorecard.c
    rows = session.execute(
        select(columns.person_id)
        .where(columns.period == str(period), columns.plan_hash == "", columns.role != "")
        .order_by(columns.person_id)
    )
    return list(rows.scalars())


def list_plans_had(session: Session, person_ids: Collection[str]) -> list[tuple[str, str]]:
    """Each person with the hash of every plan that a month of theirs was evaluated by, in the order of time."""
    columns = earning_input.c
    query = select(columns.person_id, columns.plan_hash).where(columns.person_id.in_(sorted(person_ids)))
    rows = session.execute(query.order_by(columns.person_id, columns.period, columns.position))
    return [(row.person_id, row.plan_hash) for row in rows]


def _inputs(session: Session, wanted: ColumnElement[bool]) -> list[InputRow]:
    columns = earning_input.c
    rows = session.execute(
        select(earning_input).where(wanted).order_by(columns.period, columns.person_id, columns.position)
    )
    return [
        InputRow(
            row.person_id,
            Period.parse(row.period),
            row.position,
            row.plan_hash,
            row.engine,
            row.snapshot,
            row.snapshot_hash,
            row.deals,
        )
        for row in rows
    ]
