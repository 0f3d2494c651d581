"""Facts: added to by new events, replaced by day otherwise, and read by person and span."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, delete, func, or_, select, tuple_
from sqlalchemy.orm import Session

from service.domain.counting import Fact, PersonDay
from service.domain.days import Days
from service.domain.measured import FactSum
from service.store.derived_tables import event_credit, fact, fact_day, fact_key
from service.store.dialect import bulk_insert, insert_new, insert_or_lock, listed, upsert_add

FACT_COLUMNS = ("person_id", "day", "metric", "slice")
KEY_COLUMNS = (*FACT_COLUMNS, "key")


def lock_days(session: Session, days: Collection[PersonDay]) -> None:
    """Hold these days of people until the end of the transaction; everybody locks in the same order."""
    insert_or_lock(session, fact_day, [{"person_id": person_id, "day": day} for person_id, day in sorted(days)])


def add_credits(session: Session, concerns: Iterable[tuple[str, date, int]]) -> None:
    """Note which events (by number) concern which person's day."""
    rows = [{"person_id": who, "day": day, "event_id": event_id} for who, day, event_id in sorted(concerns)]
    bulk_insert(session, event_credit, rows)


def delete_credits(session: Session, concerns: Collection[tuple[str, date, int]]) -> None:
    """Forget that these events concern these days."""
    columns = [event_credit.c.person_id, event_credit.c.day, event_credit.c.event_id]
    keys = listed(session, columns, sorted(concerns))
    session.execute(delete(event_credit).where(tuple_(*columns).in_(select(*keys.c))))


def list_credits(session: Session, event_ids: Collection[int]) -> set[tuple[str, date, int]]:
    """Which days of people these events concern: (person, day, event number) of each."""
    columns = event_credit.c
    query = select(columns.person_id, columns.day, columns.event_id).where(columns.event_id.in_(sorted(event_ids)))
    return {(row.person_id, row.day, row.event_id) for row in session.execute(query)}


def add_facts(session: Session, facts: Sequence[Fact]) -> None:
    """Add to the facts of held days; each fact at most once."""
    upsert_add(session, fact, [_fact_row(item) for item in facts if not item.key], FACT_COLUMNS)
    upsert_add(session, fact_key, [_key_row(item) for item in facts if item.key], KEY_COLUMNS)


def replace_facts(session: Session, days: Collection[PersonDay], facts: Sequence[Fact]) -> None:
    """Make these the only facts of held days."""
    for table in (fact, fact_key):
        session.execute(delete(table).where(_on_days(session, table, sorted(days))))
    bulk_insert(session, fact, [_fact_row(item) for item in facts if not item.key])
    bulk_insert(session, fact_key, [_key_row(item) for item in facts if item.key])


def list_facts_of_days(session: Session, days: Collection[PersonDay]) -> list[Fact]:
    """The facts of these days of people, sorted."""
    keys = sorted(days)
    return _list(session, _on_days(session, fact, keys), _on_days(session, fact_key, keys))


def list_facts(session: Session, person_ids: Collection[str], first_day: date, last_day: date) -> list[Fact]:
    """The facts of people in a span of days, by person, day, metric, slice and key."""
    names = sorted(person_ids)
    return _list(session, *[_in_span(table, names, first_day, last_day) for table in (fact, fact_key)])


def sum_facts(
    session: Session, person_ids: Collection[str], days: Days, levels: Collection[str] = ()
) -> dict[str, dict[str, FactSum]]:
    """Per person and metric over these days the sum over slices, the highest value, and when it last grew.

    Of a distinct metric it is the number of different keys, each counted once however many days name it; of the
    metrics named as `levels` also what their last day with a fact says.
    """
    names = sorted(person_ids)
    found: dict[str, dict[str, FactSum]] = {}
    if not names or not days:
        return found
    last = {(row.person_id, row.metric): int(row.total) for row in _last_days(session, names, days, levels)}
    for row in session.execute(_sums(names, days)):
        # A sum of BIGINT comes back as Decimal from PostgreSQL.
        at_last = last.get((row.person_id, row.metric), 0)
        found.setdefault(row.person_id, {})[row.metric] = FactSum(int(row.total), row.reached_at, row.largest, at_last)
    for row in session.execute(_keys(names, days)):
        found.setdefault(row.person_id, {})[row.metric] = FactSum(row.total, row.reached_at)
    return found


def _sums(person_ids: Sequence[str], days: Days) -> Select[Any]:
    columns = fact.c
    return (
        select(
            columns.person_id,
            columns.metric,
            func.sum(columns.value).label("total"),
            func.max(columns.value).label("largest"),
            func.max(columns.reached_at).label("reached_at"),
        )
        .where(_on(fact, person_ids, days))
        .group_by(columns.person_id, columns.metric)
    )


def _keys(person_ids: Sequence[str], days: Days) -> Select[Any]:
    columns = fact_key.c
    return (
        select(
            columns.person_id,
            columns.metric,
            func.count(columns.key.distinct()).label("total"),
            func.max(columns.reached_at).label("reached_at"),
        )
        .where(_on(fact_key, person_ids, days))
        .group_by(columns.person_id, columns.metric)
    )


def _last_days(session: Session, person_ids: Sequence[str], days: Days, levels: Collection[str]) -> Iterable[Row[Any]]:
    if not levels:
        return []
    columns = fact.c
    wanted = _on(fact, person_ids, days) & columns.metric.in_(sorted(levels))
    last = (
        select(columns.person_id, columns.metric, func.max(columns.day).label("day"))
        .where(wanted)
        .group_by(columns.person_id, columns.metric)
        .subquery()
    )
    on_it = (columns.person_id == last.c.person_id) & (columns.metric == last.c.metric) & (columns.day == last.c.day)
    query = select(columns.person_id, columns.metric, func.sum(columns.value).label("total"))
    return session.execute(query.join(last, on_it).group_by(columns.person_id, columns.metric))


def add_missing_days(session: Session) -> None:
    """Give every day that has facts or credits the row that is its lock."""
    for table in (fact, fact_key, event_credit):
        known = select(fact_day.c.person_id, fact_day.c.day)
        days = select(table.c.person_id, table.c.day).except_(known)
        rows = [{"person_id": row.person_id, "day": row.day} for row in session.execute(days)]
        insert_new(session, fact_day, rows, ("person_id", "day"), ("person_id",))


def list_days_after(session: Session, after: PersonDay, limit: int, first_day: date) -> list[PersonDay]:
    """The next days of people after one, in the order in which they are locked; none before `first_day`."""
    columns = fact_day.c
    place = tuple_(columns.person_id, columns.day)
    query = select(columns.person_id, columns.day).where(place > tuple_(*after), columns.day >= first_day)
    rows = session.execute(query.order_by(columns.person_id, columns.day).limit(limit))
    return [(row.person_id, row.day) for row in rows]


def _on_days(session: Session, table: Table, keys: Sequence[PersonDay]) -> ColumnElement[bool]:
    days = listed(session, [table.c.person_id, table.c.day], keys)
    return tuple_(table.c.person_id, table.c.day).in_(select(days.c.person_id, days.c.day))


def _in_span(table: Table, person_ids: Sequence[str], first_day: date, last_day: date) -> ColumnElement[bool]:
    return table.c.person_id.in_(person_ids) & (table.c.day >= first_day) & (table.c.day <= last_day)


def _on(table: Table, person_ids: Sequence[str], days: Days) -> ColumnElement[bool]:
    spans = [(table.c.day >= first) & (table.c.day <= last) for first, last in days]
    return table.c.person_id.in_(person_ids) & or_(*spans)


def _list(session: Session, of_facts: ColumnElement[bool], of_keys: ColumnElement[bool]) -> list[Fact]:
    rows = [*session.execute(_rows(fact).where(of_facts)), *session.execute(_rows(fact_key).where(of_keys))]
    facts = [Fact(*row) for row in rows]
    return sorted(facts, key=lambda item: (item.person_id, item.day, item.metric_id, item.slice, item.key))


def _rows(table: Table) -> Select[Any]:
    names = FACT_COLUMNS + (("events", "reached_at", "key") if table is fact_key else ("value", "reached_at"))
    return select(*[table.c[name] for name in names])


def _fact_row(item: Fact) -> dict[str, object]:
    return {
        "person_id": item.person_id,
        "day": item.day,
        "metric": item.metric_id,
        "slice": item.slice,
        "value": item.value,
        "reached_at": item.reached_at,
    }


def _key_row(item: Fact) -> dict[str, object]:
    row = _fact_row(item)
    return {
        **{name: row[name] for name in FACT_COLUMNS},
        "key": item.key,
        "events": item.value,
        "reached_at": item.reached_at,
    }
