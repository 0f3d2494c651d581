"""The same statements mean the same on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.domain.period import Period
from service.runtime import Runtime
from service.store.derived_tables import fact, fact_day, stale
from service.store.dialect import (
    FEW_ROWS,
    bulk_insert,
    hold_alone,
    insert_new,
    insert_or_lock,
    listed,
    upsert_add,
    upsert_replace,
)
from service.store.stale import claim_stale, count_stale, mark_stale
from service.store.tables import event_identity

NOON = datetime(2026, 10, 14, 12, tzinfo=UTC)
DAY = date(2026, 10, 14)
KEY = ("person_id", "day", "metric", "slice")
OCTOBER = Period(2026, 10)


@pytest.fixture
def session(runtime: Runtime) -> Iterator[Session]:
    with runtime.transaction() as opened:
        yield opened


def identity(name: str) -> dict[str, object]:
    return {"source_id": "crm", "external_id": name, "content_hash": "h", "received_at": NOON}


def a_fact(value: int, reached_at: datetime | None = NOON, metric: str = "calls") -> dict[str, object]:
    row = {"person_id": "ann", "day": DAY, "metric": metric, "slice": "", "value": value}
    return {**row, "reached_at": reached_at}


def values(session: Session) -> list[tuple[object, ...]]:
    rows = session.execute(select(fact.c.metric, fact.c.value, fact.c.reached_at).order_by(fact.c.metric))
    return [tuple(row) for row in rows]


def test_only_new_rows_come_back(session: Session) -> None:
    names = [f"e{n:04}" for n in range(5_000)]
    keys, wanted = ("source_id", "external_id"), ("external_id", "event_id")
    first = insert_new(session, event_identity, [identity(name) for name in names], keys, wanted)
    assert [row.external_id for row in first] == names
    again = insert_new(session, event_identity, [identity(name) for name in ("e0001", "new", "new")], keys, wanted)
    assert [row.external_id for row in again] == ["new"]
    assert again[0].event_id not in {row.event_id for row in first}


def test_nothing_to_insert_is_nothing(session: Session) -> None:
    assert insert_new(session, event_identity, [], ("source_id", "external_id"), ("event_id",)) == []
    upsert_add(session, fact, [], KEY)
    bulk_insert(session, fact, [])
    assert values(session) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (NOON, NOON + timedelta(hours=1), NOON + timedelta(hours=1)),
        (NOON, NOON - timedelta(hours=1), NOON),
        (None, NOON, NOON),
        (NOON, None, NOON),
        (None, None, None),
    ],
)
def test_adding_keeps_the_later_time(
    session: Session, before: datetime | None, after: datetime | None, expected: datetime | None
) -> None:
    upsert_add(session, fact, [a_fact(2, before)], KEY)
    upsert_add(session, fact, [a_fact(-5, after), a_fact(7, after, "talk")], KEY)
    assert values(session) == [("calls", -3, expected), ("talk", 7, after)]


def test_replacing_takes_the_new_values(session: Session) -> None:
    upsert_add(session, fact, [a_fact(2)], KEY)
    upsert_replace(session, fact, [a_fact(9, None)], KEY)
    assert values(session) == [("calls", 9, None)]


def test_bulk_rows_keep_every_character(session: Session) -> None:
    names = ["tab\there", "back\\slash", "new\nline", "NULL", "\\N", "кирилица", "'quote'", ""]
    bulk_insert(session, fact, [a_fact(1, metric=name) for name in names])
    assert {row[0] for row in values(session)} == set(names)


def test_a_list_of_keys_is_joined_like_a_table(session: Session) -> None:
    bulk_insert(session, fact, [a_fact(1, metric="a"), a_fact(2, metric="b"), a_fact(4, metric="c")])
    keys = listed(session, [fact.c.person_id, fact.c.metric], [("ann", "a"), ("ann", "c"), ("bob", "b")])
    query = select(func.sum(fact.c.value)).join(
        keys, (keys.c.person_id == fact.c.person_id) & (keys.c.metric == fact.c.metric)
    )
    assert session.execute(query).scalar() == 5
    nothing = listed(session, [fact.c.metric], [])
    assert session.execute(select(fact.c.value).where(fact.c.metric.in_(select(nothing.c.metric)))).all() == []


def test_a_held_name_is_given_to_the_next_only_at_the_end(runtime: Runtime) -> None:
    def hold() -> None:
        with runtime.transaction() as session:
            session.execute(select(1))
            hold_alone(session, "a name")

    with ThreadPoolExecutor(1) as pool:
        with runtime.transaction() as session:
            session.execute(select(1))
            hold_alone(session, "a name")
            running = pool.submit(hold)
            wait([running], timeout=0.3)
            assert not running.done()
        running.result()


def test_a_row_that_is_a_lock_is_held_to_the_end_whether_it_is_new_or_not(runtime: Runtime) -> None:
    row = {"person_id": "ann", "day": DAY}

    def lock() -> None:
        with runtime.transaction() as session:
            insert_or_lock(session, fact_day, [row])

    for _ in range(2):
        with ThreadPoolExecutor(1) as pool:
            with runtime.transaction() as session:
                insert_or_lock(session, fact_day, [row])
                running = pool.submit(lock)
                wait([running], timeout=0.3)
                assert not running.done()
            running.result()


def test_many_rows_and_few_are_stored_alike(session: Session) -> None:
    for count in (1, FEW_ROWS, FEW_ROWS + 1):
        bulk_insert(session, stale, [a_mark(f"{count}-{number}\t\"'\\") for number in range(count)])
        found = session.execute(select(stale.c.person_id, stale.c.marked_at, stale.c.for_team)).all()
        assert sorted(found) == sorted((f"{count}-{number}\t\"'\\", NOON, False) for number in range(count))
        session.execute(delete(stale))


def a_mark(person_id: str) -> dict[str, object]:
    return {"person_id": person_id, "period": str(OCTOBER), "marked_at": NOON, "for_team": False}


def test_marks_are_claimed_once_with_all_marks_of_their_months(runtime: Runtime) -> None:
    with runtime.transaction() as session:
        for _ in range(3):
            mark_stale(session, [("ann", OCTOBER), ("bob", OCTOBER), ("ann", OCTOBER.following)], NOON)
        assert count_stale(session, OCTOBER) == 2
        assert count_stale(session) == 3
    with runtime.transaction() as session:
        assert list(claim_stale(session, 1)) == [("ann", OCTOBER)]
    with runtime.transaction() as session:
        assert list(claim_stale(session, 100)) == [("bob", OCTOBER), ("ann", OCTOBER.following)]
        assert session.execute(select(func.count()).select_from(stale)).scalar() == 0


def test_a_mark_that_another_transaction_holds_is_passed_by(runtime: Runtime) -> None:
    if runtime.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    with runtime.transaction() as session:
        mark_stale(session, [("ann", OCTOBER)], NOON)
        mark_stale(session, [("bob", OCTOBER)], NOON)
    with runtime.transaction() as first, runtime.transaction() as second:
        assert list(claim_stale(first, 1)) == [("ann", OCTOBER)]
        assert list(claim_stale(second, 1)) == [("bob", OCTOBER)]


HOSTILE = [
    "plain",
    "",
    "NULL",
    "null",
    "\\N",
    "a\\b",
    'say "x"',
    "{1,2}",
    "tab\there",
    "line\nbreak\r",
    "ж😀",
    "a,b",
    " ",
]


def test_no_sign_in_a_text_changes_another_value(session: Session) -> None:
    rows = [a_fact(place, NOON, metric=f"{text}|{place}") for place, text in enumerate(HOSTILE)]
    bulk_insert(session, fact, rows)
    upsert_add(session, fact, rows, KEY)
    assert dict(_named(session)) == {f"{text}|{place}": 2 * place for place, text in enumerate(HOSTILE)}
    keys = listed(session, [fact.c.metric], [(f"{text}|{place}",) for place, text in enumerate(HOSTILE)])
    assert session.execute(select(func.count()).select_from(keys).join(fact, fact.c.metric == keys.c.metric)).scalar()


def test_nothing_and_an_empty_text_stay_apart(session: Session) -> None:
    bulk_insert(session, fact, [a_fact(1, None, ""), a_fact(2, NOON, "NULL")])
    assert values(session) == [("", 1, None), ("NULL", 2, NOON)]


def _named(session: Session) -> list[tuple[str, int]]:
    return [(str(name), int(str(value))) for name, value, _ in values(session)]
