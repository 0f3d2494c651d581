"""Ramps: what each was found to begin at, recorded for good, and its weeks, which are worked out again and again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.domain.period import Period
from service.domain.ramp import RampWeek
from service.store.derived_tables import ramp_week
from service.store.dialect import bulk_insert, hold_alone
from service.store.plan_tables import ramp

Start = tuple[str, str, date]
"""Person, standard and the first day of a ramp."""


def lock_ramps(session: Session) -> None:
    """Keep everybody else from working out ramps until the transaction ends: a step rests on what others attained."""
    hold_alone(session, "ramps")


def list_baselines(session: Session, role: str, person_ids: Collection[str]) -> dict[Start, Fraction]:
    """What the ramps of these people in a role began at, per unit of the standard."""
    columns = ramp.c
    rows = session.execute(select(ramp).where(columns.role == role, columns.person_id.in_(sorted(person_ids))))
    return {(row.person_id, row.standard, row.starts_on): Fraction(row.baseline) for row in rows}


def add_new_baselines(session: Session, role: str, found: Mapping[Start, Fraction], now: datetime) -> None:
    """Record what ramps begin at; it is never found again."""
    rows = [
        {
            "person_id": person_id,
            "role": role,
            "standard": standard,
            "starts_on": starts_on,
            "baseline": str(baseline),
            "recorded_at": now,
        }
        for (person_id, standard, starts_on), baseline in sorted(found.items())
    ]
    bulk_insert(session, ramp, rows)


def list_ramp_weeks(session: Session, person_ids: Collection[str], first: date, last: date) -> list[RampWeek]:
    """The steps that are asked of these people on some day of a span, by person, standard and day."""
    columns = ramp_week.c
    query = (
        select(ramp_week)
        .where(columns.person_id.in_(sorted(person_ids)), columns.first_day <= last, columns.last_day >= first)
        .order_by(columns.person_id, columns.standard, columns.first_day)
    )
    return [
        RampWeek(
            person_id=row.person_id,
            role=row.role,
            standard=row.standard,
            starts_on=row.starts_on,
            first_day=row.first_day,
            last_day=row.last_day,
            amount=Fraction(row.amount),
            goal=Fraction(row.goal),
            median=None if row.median is None else Fraction(row.median),
            hold_below=None if row.hold_below is None else Fraction(row.hold_below),
            held=row.held,
            decided=row.decided,
        )
        for row in session.execute(query)
    ]


def replace_ramp_weeks(
    session: Session, role: str, person_ids: Collection[str], since: date, weeks: Sequence[RampWeek]
) -> None:
    """Make these the only steps of these people in a role that are asked on a day since."""
    columns = ramp_week.c
    session.execute(
        delete(ramp_week).where(
            columns.role == role, columns.person_id.in_(sorted(person_ids)), columns.last_day >= since
        )
    )
    rows = [
        {
            "person_id": week.person_id,
            "role": week.role,
            "standard": week.standard,
            "first_day": week.first_day,
            "last_day": week.last_day,
            "starts_on": week.starts_on,
            "amount": str(week.amount),
            "goal": str(week.goal),
            "median": None if week.median is None else str(week.median),
            "hold_below": None if week.hold_below is None else str(week.hold_below),
            "held": week.held,
            "decided": week.decided,
        }
        for week in weeks
    ]
    bulk_insert(session, ramp_week, rows)


def list_due_ramps(session: Session, today: date) -> set[tuple[str, Period]]:
    """The person-months with a step that was a forecast, and whose week has begun: now it can be decided."""
    columns = ramp_week.c
    rows = session.execute(
        select(columns.person_id, columns.first_day).where(columns.decided.is_(False), columns.first_day <= today)
    )
    return {(row.person_id, Period.of(row.first_day)) for row in rows}


def find_undecided(session: Session, role: str, person_ids: Collection[str], today: date) -> date | None:
    """The first day of the earliest step of these people in a role that is due to be decided; None if none is."""
    columns = ramp_week.c
    return session.scalar(
        select(columns.first_day)
        .where(columns.role == role, columns.person_id.in_(sorted(person_ids)))
        .where(columns.decided.is_(False), columns.first_day <= today)
        .order_by(columns.first_day)
        .limit(1)
    )


def drop_undecided(session: Session, person_ids: Collection[str], today: date) -> None:
    """Forget steps of these people that are due and that nothing decides any more: their role or its plan has ended."""
    columns = ramp_week.c
    wanted = columns.person_id.in_(sorted(person_ids)) & columns.decided.is_(False) & (columns.first_day <= today)
    session.execute(delete(ramp_week).where(wanted))
