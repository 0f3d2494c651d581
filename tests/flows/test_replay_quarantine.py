"""What waits is counted as soon as nothing holds it, as if it had come then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest

from service.domain.event import Event
from service.jobs.pipeline import refresh, replay
from service.jobs.turns import take_turn
from service.runtime import Runtime
from service.store.derived_tables import stale
from service.store.tables import event, quarantine
from service.store.vocabulary import add_new_vocabulary
from tests.application import Clock
from tests.intake import MORNING, NOW, ORG, Intake, call, document, payment, replacement, states, void


@pytest.fixture
def intake(runtime: Runtime, clock: Clock) -> Intake:
    clock.now = NOW
    return Intake(runtime).found(people=("ann",))


def test_an_alias_that_appears_counts_what_waited_for_it(intake: Intake, nudged: list[str]) -> None:
    intake.send(call("a1", "bob"), call("a2", "ann"))
    intake.meet("bob")
    assert intake.facts()["bob", "calls"] == 1
    assert intake.rows(quarantine) == []
    assert intake.rows(event, "external_id", "person_id") == [("a1", "bob"), ("a2", "ann")]
    assert ("bob", "2026-10") in intake.rows(stale, "person_id", "period")
    assert nudged == ["refresh", "refresh"]


def test_replay_gives_what_would_be_there_had_the_alias_come_first(intake: Intake) -> None:
    events = [call("a1", "bob"), payment("p1", lead_source="bob"), call("a2"), replacement("r1", "a2", talk_s=80)]
    intake.send(*events)
    intake.meet("bob")
    late = intake.derived()["facts"]
    assert intake.facts()["bob", "collected"] == 3000
    intake.assert_rebuild_changes_nothing()
    assert intake.derived()["facts"] == late


def test_replay_twice_counts_once(intake: Intake) -> None:
    intake.send(call("a1", "bob"))
    intake.meet("bob")
    replay()
    assert intake.facts()["bob", "calls"] == 1


def test_an_event_that_waits_for_two_people_counts_when_both_are_known(intake: Intake) -> None:
    told = payment("p1", lead_source="cid")
    intake.send(Event("crm", "p1", told.type, told.occurred_at, "bob", told.data, told.credit))
    intake.meet("bob")
    assert intake.rows(quarantine, "subject") == [("cid",)]
    intake.meet("cid")
    assert intake.facts() == {("bob", "collected"): 7000, ("cid", "collected"): 3000}


def test_a_void_of_a_waiting_event_holds_when_it_is_released(intake: Intake) -> None:
    intake.send(call("a1", "bob"))
    intake.send(void("v1", "a1"))
    intake.meet("bob")
    assert intake.facts() == {}
    assert intake.rows(quarantine) == []


def test_a_waiting_replacement_does_nothing_until_it_is_released(intake: Intake) -> None:
    intake.send(call("a1"))
    told = replacement("r1", "a1", talk_s=90)
    intake.send(Event("crm", "r1", told.type, told.occurred_at, "bob", told.data, op=told.op, target="a1"))
    assert intake.facts()["ann", "talk"] == 60
    intake.meet("bob")
    assert ("ann", "talk") not in intake.facts()
    assert intake.facts()["bob", "talk"] == 90


def test_an_event_of_the_future_counts_when_it_is_due(intake: Intake, clock: Clock) -> None:
    intake.send(call("a1", at=NOW + timedelta(hours=2)))
    replay()
    assert intake.facts() == {}
    clock.now = NOW + timedelta(hours=2)
    replay()
    assert intake.facts()["ann", "calls"] == 1


@pytest.mark.parametrize("run", [refresh, partial(take_turn, "refresh")], ids=["command", "turn"])
def test_a_refresh_lets_what_is_due_count_without_anybody_asking(
    intake: Intake, clock: Clock, run: Callable[[], None]
) -> None:
    """As after the next event that comes, where there is no worker and no Redis to look by themselves."""
    intake.send(call("soon", at=NOW + timedelta(hours=2)), call("mistake", at=NOW + timedelta(hours=30)))
    run()
    assert intake.facts() == {}
    clock.now = NOW + timedelta(hours=2)
    run()
    assert intake.facts()["ann", "calls"] == 1
    assert intake.rows(stale) == []
    clock.now = NOW + timedelta(hours=31)
    run()
    assert intake.facts()["ann", "calls"] == 1


def test_a_type_that_is_declared_counts_from_its_first_day(intake: Intake) -> None:
    intake.send(Event("crm", "x1", "juggling.ended", MORNING, "ann", {}))
    with intake.runtime.transaction() as session:
        wider = ORG.replace("tour.given: {guests: num}", "tour.given: {guests: num}\n  juggling.ended: {balls: num}")
        add_new_vocabulary(session, date(2026, 10, 1), document(wider), NOW)
    replay()
    assert intake.rows(quarantine) == []


def test_what_waits_for_something_else_is_left_alone(intake: Intake) -> None:
    assert (
        states(intake.send(call("a1", "bob"), Event("crm", "x", "no.such", MORNING, "ann", {}))) == ["quarantined"] * 2
    )
    replay()
    assert len(intake.rows(quarantine)) == 2
