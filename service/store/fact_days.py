"""Facts day by day: what some people did on each day of a span."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.measured import FactSum
from service.store.derived_tables import fact, fact_key

DaySums = dict[str, dict[date, dict[str, FactSum]]]
"""Per person and day the facts by metric."""

_Row = tuple[str, date, str, int, int, datetime | None]


def sum_facts_by_day(session: Session, person_ids: Collection[str], first_day: date, last_day: date) -> DaySums:
    """What these people did on each day; a distinct metric counts the different keys of the day."""
    keys = fact_key.c
    of_facts = _sums(session, person_ids, first_day, last_day)
    of_keys = session.execute(
        select(keys.person_id, keys.day, keys.metric, func.count(keys.key.distinct()), func.max(keys.reached_at))
        .where(keys.person_id.in_(sorted(person_ids)), keys.day >= first_day, keys.day <= last_day)
        .group_by(keys.person_id, keys.day, keys.metric)
    )
    return _by_day([*of_facts, *((who, day, name, count, 0, at) for who, day, name, count, at in of_keys)])


def sum_new_facts_by_day(session: Session, person_ids: Collection[str], first_day: date) -> DaySums:
    """What each day since `first_day` added to everything these people ever did; a key counts on its first day."""
    keys = fact_key.c
    firsts = (
        select(keys.person_id, keys.metric, keys.key, func.min(keys.day).label("day"))
        .where(keys.person_id.in_(sorted(person_ids)))
        .group_by(keys.person_id, keys.metric, keys.key)
        .subquery()
    )
    of_keys = session.execute(
        select(firsts.c.person_id, firsts.c.day, firsts.c.metric, func.count())
        .where(firsts.c.day >= first_day)
        .group_by(firsts.c.person_id, firsts.c.day, firsts.c.metric)
    )
    of_facts = _sums(session, person_ids, first_day, date.max)
    return _by_day([*of_facts, *((who, day, name, count, 0, None) for who, day, name, count in of_keys)])


def _sums(session: Session, person_ids: Collection[str], first_day: date, last_day: date) -> list[_Row]:
    columns = fact.c
    rows = session.execute(
        select(
            columns.person_id,
            columns.day,
            columns.metric,
            func.sum(columns.value),
            func.max(columns.value),
            func.max(columns.reached_at),
        )
        .where(columns.person_id.in_(sorted(person_ids)), columns.day >= first_day, columns.day <= last_day)
        .group_by(columns.person_id, columns.day, columns.metric)
    )
    # A sum of BIGINT comes back as Decimal from PostgreSQL.
    return [(who, day, metric, int(total), largest, at) for who, day, metric, total, largest, at in rows]


def _by_day(rows: Iterable[_Row]) -> DaySums:
    found: DaySums = {}
    for person_id, day, metric, total, largest, reached_at in rows:
        found.setdefault(person_id, {}).setdefault(day, {})[metric] = FactSum(total, reached_at, largest, total)
    return found
