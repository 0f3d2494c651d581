"""Awards: points by day and streaks by month are replaced as a whole; a badge is set while no close has kept it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, tuple_, update
from sqlalchemy.orm import Session

from service.domain.award import Badge, DayAward, StreakMonth
from service.domain.period import Period
from service.store.award_tables import badge, points_day, streak
from service.store.dialect import bulk_insert, insert_new, upsert_replace
from service.store.scorecards import PersonMonth

BADGE_KEY = ("person_id", "plan_id", "badge")


def replace_points(session: Session, months: Sequence[PersonMonth], awards: Sequence[DayAward]) -> None:
    """Make these the only points of these person-months."""
    columns = points_day.c
    for period in sorted({period for _, period in months}):
        person_ids = sorted(person_id for person_id, own in months if own == period)
        session.execute(
            delete(points_day).where(
                columns.person_id.in_(person_ids), columns.day >= period.first_day, columns.day <= period.last_day
            )
        )
    bulk_insert(session, points_day, [_values(award) for award in awards])


def list_points(session: Session, person_ids: Collection[str], first_day: date, last_day: date) -> list[DayAward]:
    """What the days of people gave, by person, day and rule."""
    columns = points_day.c
    rows = session.execute(
        select(points_day)
        .where(columns.person_id.in_(sorted(person_ids)), columns.day >= first_day, columns.day <= last_day)
        .order_by(columns.person_id, columns.day, columns.rule)
    )
    return [
        DayAward(row.person_id, row.day, row.rule, row.plan_hash, row.points, Fraction(row.value), row.length)
        for row in rows
    ]


def sum_points(session: Session, person_ids: Collection[str], period: Period) -> dict[str, int]:
    """The points of people in a month; nobody is named who has none."""
    columns = points_day.c
    rows = session.execute(
        select(columns.person_id, func.sum(columns.points))
        .where(columns.person_id.in_(sorted(person_ids)))
        .where(columns.day >= period.first_day, columns.day <= period.last_day)
        .group_by(columns.person_id)
    )
    return {person_id: int(points) for person_id, points in rows}


def replace_streaks(session: Session, months: Sequence[PersonMonth], streaks: Sequence[StreakMonth]) -> None:
    """Make these the only streaks of these person-months."""
    keys = [(person_id, str(period)) for person_id, period in months]
    session.execute(delete(streak).where(tuple_(streak.c.person_id, streak.c.period).in_(keys)))
    rows = [
        {
            "person_id": item.person_id,
            "period": str(item.period),
            "plan_id": item.plan_id,
            "rule": item.rule,
            "plan_hash": item.plan_hash,
            "carried_in": item.carried_in,
            "carried_out": item.carried_out,
        }
        for item in streaks
    ]
    bulk_insert(session, streak, rows)


def list_streaks(session: Session, months: Collection[PersonMonth]) -> list[StreakMonth]:
    """The streaks of these person-months, by month, person and rule."""
    columns = streak.c
    keys = sorted((person_id, str(period)) for person_id, period in months)
    rows = session.execute(
        select(streak)
        .where(tuple_(columns.person_id, columns.period).in_(keys))
        .order_by(columns.period, columns.person_id, columns.plan_id, columns.rule)
    )
    return [
        StreakMonth(
            row.person_id,
            Period.parse(row.period),
            row.plan_id,
            row.rule,
            row.plan_hash,
            row.carried_in,
            row.carried_out,
        )
        for row in rows
    ]


def lock_badges(session: Session, wanted: Sequence[tuple[str, str, str]]) -> list[Badge]:
    """Hold these badges (person, plan, badge) of people until the transaction ends, in one order: no deadlock."""
    keys = sorted(set(wanted))
    rows = [
        {"person_id": who, "plan_id": plan, "badge": name, "plan_hash": "", "day": None, "kept": False}
        for who, plan, name in keys
    ]
    insert_new(session, badge, rows, BADGE_KEY, ("person_id",))
    columns = badge.c
    held = (
        select(badge)
        .where(tuple_(columns.person_id, columns.plan_id, columns.badge).in_(keys))
        .order_by(columns.person_id, columns.plan_id, columns.badge)
        .with_for_update()
    )
    return _badges(session, held)


def set_badges(session: Session, badges: Sequence[Badge]) -> None:
    """Write badges that are held."""
    rows = [
        {
            "person_id": item.person_id,
            "plan_id": item.plan_id,
            "badge": item.badge,
            "plan_hash": item.plan_hash,
            "day": item.day,
            "kept": item.kept,
        }
        for item in badges
    ]
    upsert_replace(session, badge, rows, BADGE_KEY)


def keep_badges(session: Session, until: date) -> None:
    """From now on badges won by this day stay, whatever becomes of the facts."""
    columns = badge.c
    session.execute(update(badge).where(columns.day <= until, columns.kept.is_(False)).values(kept=True))


def list_badges_won(session: Session, person_id: str) -> list[Badge]:
    """The badges somebody has, in the order in which they were won."""
    columns = badge.c
    won = select(badge).where(columns.person_id == person_id, columns.day.is_not(None))
    return _badges(session, won.order_by(columns.day, columns.plan_id, columns.badge))


def _badges(session: Session, query: Select[Any]) -> list[Badge]:
    return [_badge(row) for row in session.execute(query)]


def _badge(row: Row[Any]) -> Badge:
    return Badge(row.person_id, row.plan_id, row.badge, row.plan_hash, row.day, row.kept)


def _values(award: DayAward) -> dict[str, object]:
    return {
        "person_id": award.person_id,
        "day": award.day,
        "rule": award.rule,
        "plan_hash": award.plan_hash,
        "points": award.points,
        "value": str(award.value),
        "length": award.length,
    }
