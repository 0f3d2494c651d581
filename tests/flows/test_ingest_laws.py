"""Laws of ingest: order, batching and repetition of the same events change nothing; neither do threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from service.config import read_settings
from service.domain.correction import correction_of, withdrawn
from service.domain.counting import Fact, Measures, RecordedEvent, count, facts_of
from service.domain.delivery import Delivery, Sent
from service.domain.event import Event, Item, event_document
from service.domain.person import Aliases
from service.flows.ingest import ingest
from service.jobs.pipeline import rebuild
from service.plans.words import words_of
from service.runtime import Runtime, install, open_runtime
from service.store.aliases import list_aliases_of_people
from service.store.derived_tables import event_correction, event_credit, fact, fact_day, fact_key, stale
from service.store.facts import list_facts
from service.store.tables import delivery, event, event_identity, quarantine
from service.store.vocabulary import list_vocabularies
from tests.intake import (
    CRM,
    MORNING,
    NOW,
    PEOPLE,
    PHONE,
    Intake,
    call,
    payment,
    replacement,
    snapshot,
    states,
    void,
)

EXAMPLES = settings().max_examples
"""As many as the profile says; each of ours sends a dozen deliveries, so it counts for several."""

SENDERS = 16
"""Connections that send the same event at once."""

UNIVERSE: tuple[Event, ...] = (
    call("a1"),
    call("a2", "bob", customer_kind="existing", customer_id="c2"),
    call("a3", talk_s=10),
    call("a4", at=MORNING + timedelta(hours=2), customer_id="c1"),
    call("a1", source=PHONE),
    call("a9", at=MORNING - timedelta(days=30)),
    payment("p1", "100.01", lead_source="bob"),
    payment("p2", "0.05", lead_source="cid", at=MORNING + timedelta(days=1)),
    snapshot("s1", 7, 1),
    snapshot("s2", 2, 9, MORNING + timedelta(hours=2)),
    void("v1", "a1"),
    void("v2", "p1"),
    void("v3", "s2"),
    void("v4", "r2"),
    void("v5", "v1"),
    replacement("r1", "a3", talk_s=90),
    replacement("r2", "a4", talk_s=50),
    replacement("r3", "a4", after=timedelta(minutes=1), talk_s=40),
    replacement("r4", "r3", talk_s=30),
    replacement("r5", "r4", talk_s=20, customer_id="c5"),
    replacement("r6", "a2", talk_s=25),
)

HEAD_START_S = 0.5
"""How long a transaction stays open while another runs into it."""

Batches = list[list[Event]]


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[Event], Batches]:
    """Some events, and the same ones in another order, some of them repeatedly, cut into batches."""
    chosen = draw(st.lists(st.sampled_from(UNIVERSE), min_size=1, max_size=12, unique_by=id))
    again = draw(st.lists(st.sampled_from(chosen), max_size=6))
    queue = draw(st.permutations(chosen + again))
    batches: Batches = []
    for told in queue:
        same = batches and batches[-1][0].source_id == told.source_id and draw(st.booleans())
        batches[-1].append(told) if same else batches.append([told])
    return chosen, batches


def _opened(url: str) -> Runtime:
    asked: list[str] = []
    opened = open_runtime(read_settings({"DATABASE_URL": url}), asked.append)
    install(opened)
    return opened


@pytest.fixture
def intake(runtime: Runtime) -> Intake:
    return Intake(runtime).found()


@pytest.fixture
def intake_sqlite(sqlite_tables: str) -> Iterator[Intake]:
    opened = _opened(sqlite_tables)
    yield Intake(opened).found()
    opened.engine.dispose()


@pytest.fixture
def intake_postgres(postgres_tables: str) -> Iterator[Intake]:
    opened = _opened(postgres_tables)
    yield Intake(opened).found()
    opened.engine.dispose()


def _forget(intake: Intake) -> None:
    kept = (
        stale,
        fact,
        fact_key,
        fact_day,
        event_credit,
        event_correction,
        quarantine,
        event,
        event_identity,
        delivery,
    )
    with intake.runtime.transaction() as session:
        for table in kept:
            session.execute(delete(table))


def _send(intake: Intake, batches: Batches) -> None:
    for batch in batches:
        assert set(states(intake.send(*batch, source=batch[0].source_id))) <= {"accepted", "duplicate"}


def _expected(intake: Intake, events: Sequence[Event]) -> list[Fact]:
    """What the domain alone makes of all the events at once."""
    with intake.runtime.reading() as session:
        measures: Measures = words_of((item.starts_on, item.document) for item in list_vocabularies(session)).measures
        aliases = Aliases(list_aliases_of_people(session, PEOPLE))
    corrections = [item for item in map(correction_of, events) if item]
    counted = []
    for number, told in enumerate(events):
        own = [item for item in corrections if item.source_id == told.source_id]
        if told.external_id not in withdrawn([told.external_id], own):
            day = measures.day_of(told.occurred_at)
            recorded = RecordedEvent(number, told, event_document(told), "", NOW, day, None, late=False)
            counted.append(count(recorded, aliases, measures))
    return facts_of(counted, measures)


def _law(intake: Intake, chosen: list[Event], batches: Batches) -> None:
    _forget(intake)
    _send(intake, [[told] for told in sorted(chosen, key=lambda told: (told.source_id, told.external_id))])
    once = intake.derived()
    _forget(intake)
    _send(intake, batches)
    assert intake.derived() == once
    with intake.runtime.reading() as session:
        facts = list_facts(session, PEOPLE, (NOW - timedelta(days=60)).date(), NOW.date())
    assert facts == _expected(intake, chosen)


@settings(max_examples=EXAMPLES // 3, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(deliveries())
def test_order_batches_and_duplicates_change_nothing(intake_sqlite: Intake, told: tuple[list[Event], Batches]) -> None:
    _law(intake_sqlite, *told)


@settings(
    max_examples=EXAMPLES // 12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(deliveries())
def test_order_batches_and_duplicates_change_nothing_on_postgresql(
    intake_postgres: Intake, told: tuple[list[Event], Batches]
) -> None:
    _law(intake_postgres, *told)


def test_of_sixteen_senders_of_one_event_one_is_the_first(intake: Intake) -> None:
    start = threading.Barrier(SENDERS)

    def send(number: int) -> str:
        own = Intake(intake.runtime, sent=1000 + number)
        start.wait()
        return states(own.send(call("a1")))[0]

    with ThreadPoolExecutor(SENDERS) as pool:
        found = sorted(pool.map(send, range(SENDERS)))
    assert found == ["accepted"] + ["duplicate"] * (SENDERS - 1)
    assert intake.facts()["ann", "calls"] == 1


def test_batches_that_cross_each_other_wait_and_never_block_each_other(intake: Intake) -> None:
    events = [call(f"e{n:03}", PEOPLE[n % 3], at=MORNING - timedelta(days=n % 7)) for n in range(120)]
    shifts = range(8)

    def send(shift: int) -> None:
        own = Intake(intake.runtime, sent=1000 * (shift + 1))
        turned = events[shift * 15 :] + events[: shift * 15]
        ordered = turned if shift % 2 else turned[::-1]
        for first in range(0, len(ordered), 40):
            own.send(*ordered[first : first + 40])

    with ThreadPoolExecutor(len(shifts)) as pool:
        list(pool.map(send, shifts))
    assert sum(value for (_, metric), value in intake.facts().items() if metric == "calls") == len(events)
    intake.assert_rebuild_changes_nothing()


def test_an_event_and_its_void_that_cross_each_other_leave_nothing(intake: Intake) -> None:
    _cross(intake, call("a1"), lambda: intake.send(void("v1", "a1")))
    assert intake.facts() == {}


def test_two_replacements_that_cross_each_other_leave_one(intake: Intake) -> None:
    intake.send(call("a1"))
    _cross(intake, replacement("r1", "a1", talk_s=70), lambda: intake.send(replacement("r2", "a1", talk_s=80)))
    assert intake.facts()["ann", "talk"] == 80


def test_a_rebuild_waits_for_an_event_that_is_being_counted(intake: Intake) -> None:
    intake.send(call("a1"))
    _cross(intake, call("a2"), rebuild)
    assert intake.facts()["ann", "calls"] == 2


def _cross(intake: Intake, told: Event, other: Callable[[], object]) -> None:
    """Ingest an event in a transaction that ends only after the other has begun and had time to go wrong."""
    name = "dlv_" + "f" * 26
    message = Delivery(name, CRM, NOW, "application/json", b"[]", "0" * 64, 1)
    with ThreadPoolExecutor(1) as pool:
        with intake.runtime.transaction() as session:
            ingest(session, [Sent(message, [Item(0, told.external_id, told)])], now=NOW)
            running = pool.submit(other)
            wait([running], timeout=HEAD_START_S)
            assert not running.done()
        running.result()
