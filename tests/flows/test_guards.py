"""Guards, trust and holds: what they leave out is not counted, exactly, whatever comes first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from service.config import read_settings
from service.domain.delivery import Trust
from service.domain.event import Event, Operation
from service.domain.hold import DecidedError, Hold, HoldState, InvalidHoldError, NoSuchReceiptError, NotCountingError
from service.domain.waiting import Decision, WaitingQuery
from service.flows.decide_hold import decide_hold
from service.flows.hold_event import hold_event
from service.flows.replay_quarantine import replay_quarantine
from service.flows.vouch_for_waiting import vouch_for_waiting
from service.jobs.pipeline import rebuild
from service.runtime import Runtime, install, open_runtime
from service.store.aliases import replace_aliases
from service.store.derived_tables import event_correction, event_credit, fact, fact_day, fact_key, stale
from service.store.intake_tables import event_release
from service.store.tables import delivery, event, event_identity, quarantine
from service.store.trust_tables import event_hold
from tests.intake import MORNING, NOW, ORG, Intake, call, payment, reason, replacement, states, void

EXAMPLES = settings().max_examples

GUARDED = ORG.replace(
    "  tours:",
    """  spaced: {title: Spaced calls, from: call.ended, agg: count, guards: {min_gap_s: 600}}
  hourly: {title: Calls by the hour, from: call.ended, agg: sum, field: talk_s, guards: {max_per_hour: 2}}
  people:
    {title: People called, from: call.ended, agg: count, guards: {distinct_counterparty_per_day: customer_id},
     slices: [customer_kind]}
  kept: {title: Customers kept, from: call.ended, agg: distinct, field: customer_id, guards: {max_per_hour: 1}}
  tours:""",
)

TRUSTING = ORG.replace("credit: deal_team}", "credit: deal_team, trust: {from: 1_000, level: 2}}")

DECISION = Decision("boss", "looked at it", NOW)
HOLD = Hold("the same number again and again", "boss", date(2026, 10, 27))


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


CALLS: tuple[Event, ...] = (
    *(call(f"c{n}", at=MORNING + minutes(7 * n), customer_id=f"k{n % 3}") for n in range(9)),
    call("same1", at=MORNING + minutes(14), customer_id="k9"),
    call("same2", at=MORNING + minutes(14), customer_id="k8"),
    call("bob", "bob", at=MORNING + minutes(3)),
    call("unnamed", at=MORNING + minutes(90), customer_id=None),
    call("unnamed2", at=MORNING + minutes(95), customer_id=None),
    void("v1", "c0"),
    void("v2", "same1"),
    replacement("r1", "c1", after=minutes(1), customer_id="k7"),
)


@pytest.fixture
def intake(runtime: Runtime) -> Intake:
    return Intake(runtime).found(vocabulary=GUARDED)


@pytest.fixture
def intake_sqlite(sqlite_tables: str) -> Iterator[Intake]:
    asked: list[str] = []
    opened = open_runtime(read_settings({"DATABASE_URL": sqlite_tables}), asked.append)
    install(opened)
    yield Intake(opened).found(vocabulary=GUARDED)
    opened.engine.dispose()


def test_each_guard_leaves_out_what_came_too_often(intake: Intake) -> None:
    """Calls at 0, 5, 12, 20, 61 and 70 minutes, with a, b, a, c, nobody, nobody."""
    told = zip((0, 5, 12, 20, 61, 70), ("a", "b", "a", "c", None, None), strict=True)
    intake.send(*(call(f"n{at}", at=MORNING + minutes(at), customer_id=who) for at, who in told))
    facts = intake.facts()
    assert facts["ann", "calls"] == 6
    assert facts["ann", "spaced"] == 3, "5, 20 and 70 come less than ten minutes after one that counts"
    assert facts["ann", "hourly"] == 4 * 60, "12 and 20 are the third and fourth of an hour that began at 0"
    assert facts["ann", "people"] == 5, "the second call with a; whom nobody names cannot be the same"
    assert facts["ann", "kept"] == 1
    intake.assert_rebuild_changes_nothing()


def test_an_hour_is_any_sixty_minutes_and_a_gap_is_over_when_it_is_full(intake: Intake) -> None:
    at = (0, 10, 59, 60, 70)
    intake.send(*(call(f"n{n}", at=MORNING + minutes(n), customer_id=str(n)) for n in at))
    assert intake.facts()["ann", "hourly"] == 4 * 60
    assert intake.facts()["ann", "spaced"] == 4


def test_guards_look_at_each_person_and_day_alone(intake: Intake) -> None:
    intake.send(call("a"), call("b", "bob"), call("c", at=MORNING + timedelta(days=1)))
    assert (intake.facts()["ann", "people"], intake.facts()["bob", "people"]) == (2, 1)


def test_what_was_left_out_counts_when_what_came_before_it_is_taken_back(intake: Intake) -> None:
    intake.send(call("a"), call("b", at=MORNING + minutes(1), talk_s=45))
    assert intake.facts()["ann", "spaced"] == 1
    intake.send(void("v", "a"))
    assert intake.facts()["ann", "spaced"] == 1
    assert intake.facts()["ann", "talk"] == 45
    intake.assert_rebuild_changes_nothing()


@settings(max_examples=EXAMPLES // 4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_order_and_repetition_change_nothing_under_guards_and_holds(intake_sqlite: Intake, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(CALLS), min_size=1, max_size=10, unique_by=id))
    holdable = [one for one in chosen if one.op is not Operation.VOID]
    held = data.draw(st.lists(st.sampled_from(holdable), max_size=3, unique_by=id)) if holdable else []
    _forget(intake_sqlite)
    for one in chosen:
        intake_sqlite.send(one)
    for one in held:
        _hold(intake_sqlite, one)
    once = intake_sqlite.derived()
    _forget(intake_sqlite)
    queue = data.draw(st.permutations([*chosen, *data.draw(st.lists(st.sampled_from(chosen), max_size=4))]))
    arrived: set[str] = set()
    for place, one in enumerate(queue):
        intake_sqlite.send(one)
        if one in held and one.external_id not in arrived:
            _hold(intake_sqlite, one)
            if place % 2:
                _decide(intake_sqlite, one, HoldState.RELEASED)
                _hold(intake_sqlite, one)
        arrived.add(one.external_id)
    assert intake_sqlite.derived() == once
    intake_sqlite.assert_rebuild_changes_nothing()


def test_a_held_event_does_not_count_until_it_is_released(intake: Intake) -> None:
    told = payment("p1", "100.00", lead_source="bob")
    intake.send(told, payment("p2", "50.00"))
    before = intake.facts()
    _hold(intake, told)
    assert intake.facts() == {("ann", "collected"): 5_000}
    assert {row[:2] for row in intake.rows(stale, "person_id", "period")} >= {("ann", "2026-10"), ("bob", "2026-10")}
    intake.assert_rebuild_changes_nothing()
    _decide(intake, told, HoldState.RELEASED)
    assert intake.facts() == before
    [(reason_of,)] = intake.rows(event_release, "reason")
    assert reason_of == "held"
    intake.assert_rebuild_changes_nothing()


def test_a_rejected_event_never_counts_and_is_not_held_again(intake: Intake) -> None:
    told = call("a")
    intake.send(told)
    _hold(intake, told)
    _decide(intake, told, HoldState.REJECTED)
    assert intake.facts() == {}
    with pytest.raises(DecidedError):
        _hold(intake, told)
    with pytest.raises(DecidedError):
        _decide(intake, told, HoldState.RELEASED)
    intake.assert_rebuild_changes_nothing()


def test_what_replaces_a_held_event_is_held_with_it(intake: Intake) -> None:
    told = call("a")
    intake.send(told)
    _hold(intake, told)
    intake.send(replacement("r", "a", talk_s=900))
    assert intake.facts() == {}
    _decide(intake, told, HoldState.RELEASED)
    assert intake.facts()["ann", "talk"] == 900


def test_an_event_whose_person_was_lost_and_found_stays_held(intake: Intake) -> None:
    told = call("a")
    with intake.runtime.transaction() as session:
        replace_aliases(session, [("crm", "ann")], [])
    assert states(intake.send(told)) == ["quarantined"]
    with pytest.raises(NotCountingError):
        _hold(intake, told)
    intake.meet("ann")
    _hold(intake, told)
    with intake.runtime.transaction() as session:
        replace_aliases(session, [("crm", "ann")], [])
    rebuild()
    assert [row[0] for row in intake.rows(quarantine, "reason")] == ["unresolved_subject"]
    with intake.runtime.transaction() as session:
        intake.know(session, "ann")
        later = intake.runtime.now() + timedelta(minutes=1)
        done = replay_quarantine(session, 0, now=later)
        assert done is not None
        assert done.released == 1
    assert intake.facts() == {}


def test_a_hold_names_who_decides_and_until_when(intake: Intake) -> None:
    told = call("a")
    intake.send(told)
    for wrong in (Hold("why", "", HOLD.due_on), Hold("why", "boss", NOW.date() - timedelta(days=1))):
        with pytest.raises(InvalidHoldError), intake.runtime.transaction() as session:
            hold_event(session, told.receipt_id, wrong, DECISION)
    with pytest.raises(NoSuchReceiptError), intake.runtime.transaction() as session:
        hold_event(session, "evt_none", HOLD, DECISION)


def test_an_amount_that_asks_for_trust_waits_without_it(runtime: Runtime) -> None:
    intake = Intake(runtime).found(vocabulary=TRUSTING)
    results = intake.send(payment("small", "999.99"), payment("large", "1000.00"))
    assert states(results) == ["accepted", "quarantined"]
    assert reason(results[1]) == "low_trust"
    assert results[1].quarantine is not None
    assert "trust 1" in results[1].quarantine.detail
    assert states(intake.send(payment("signed", "5000.00"), trust=Trust.BODY)) == ["accepted"]
    assert intake.facts()["ann", "collected"] == 599_999
    intake.assert_rebuild_changes_nothing()


def test_a_person_who_answers_for_an_event_lets_it_count(runtime: Runtime) -> None:
    intake = Intake(runtime).found(vocabulary=TRUSTING)
    told = payment("large", "1000.00")
    intake.send(told, payment("other", "2000.00"))
    with intake.runtime.transaction() as session:
        low = vouch_for_waiting(session, WaitingQuery(receipts=(told.receipt_id,)), DECISION)
    with intake.runtime.transaction() as session:
        done = replay_quarantine(session, 0, low, now=NOW)
        assert done is not None
        assert done.released == 1
    assert intake.facts() == {("ann", "collected"): 100_000}
    intake.assert_rebuild_changes_nothing()


def _hold(intake: Intake, told: Event) -> None:
    with intake.runtime.transaction() as session:
        hold_event(session, told.receipt_id, HOLD, DECISION)


def _decide(intake: Intake, told: Event, state: HoldState) -> None:
    with intake.runtime.transaction() as session:
        decide_hold(session, told.receipt_id, state, DECISION)


def _forget(intake: Intake) -> None:
    kept = (
        stale,
        fact,
        fact_key,
        fact_day,
        event_credit,
        event_correction,
        event_release,
        event_hold,
        quarantine,
        event,
        event_identity,
        delivery,
    )
    with intake.runtime.transaction() as session:
        for table in kept:
            session.execute(delete(table))
