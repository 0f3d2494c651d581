"""What is discarded while it is judged again ends in one state, whoever comes first."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from service.domain.waiting import Decision, WaitingQuery
from service.flows.discard_waiting import discard_waiting
from service.flows.replay_quarantine import replay_quarantine
from service.runtime import Runtime
from service.store.tables import quarantine
from tests.intake import CRM, Intake, call
from tests.journey.installation import until

WANTED = WaitingQuery(source_id=CRM)


@pytest.fixture
def intake(runtime: Runtime) -> Intake:
    """Two events of somebody nobody knows yet."""
    found = Intake(runtime).found(people=("ann",))
    found.send(call("a1", "bob"), call("a2", "cid"))
    with runtime.transaction() as session:
        found.know(session, "bob")
    return found


def discard(intake: Intake) -> int:
    with intake.runtime.transaction() as session:
        return discard_waiting(session, WANTED, Decision("eva", "not ours", intake.now))


def replay(intake: Intake) -> int:
    """How many events count after it that waited before."""
    with intake.runtime.transaction() as session:
        step = replay_quarantine(session, 0, WANTED, now=intake.now)
    return step.released if step else 0


def beside(intake: Intake, behind: Callable[[Intake], int], finish: Callable[[], object]) -> int:
    """What one transaction comes to that begins while another is open; `finish` ends the other."""
    told: list[int] = []
    thread = threading.Thread(target=lambda: told.append(behind(intake)))
    thread.start()
    if intake.runtime.engine.dialect.name == "postgresql":
        until(lambda: is_anybody_blocked(intake), "the second transaction waits for the first")
    finish()
    thread.join()
    return told[0]


def is_anybody_blocked(intake: Intake) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with intake.runtime.engine.connect() as connection:
        return bool(connection.scalar(text(query)))


def test_a_discard_behind_a_replay_takes_what_the_replay_left(intake: Intake) -> None:
    """Bob's event counts and is told as not discarded; the other one still waited, and is discarded."""
    with intake.runtime.transaction() as session:
        replay_quarantine(session, 0, WANTED, now=intake.now)
        taken = beside(intake, discard, session.commit)
    assert taken == 1
    assert intake.rows(quarantine, "subject", "discarded_by") == [("cid", "eva")]
    assert intake.facts()["bob", "calls"] == 1
    intake.assert_rebuild_changes_nothing()


def test_a_replay_behind_a_discard_counts_nothing(intake: Intake) -> None:
    with intake.runtime.transaction() as session:
        discard_waiting(session, WANTED, Decision("eva", "not ours", intake.now))
        released = beside(intake, replay, session.commit)
    assert released == 0
    assert intake.rows(quarantine, "subject", "discarded_by") == [("bob", "eva"), ("cid", "eva")]
    assert intake.facts() == {}
    intake.assert_rebuild_changes_nothing()


def test_what_waits_for_another_reason_now_has_waited_as_long(intake: Intake) -> None:
    [(first,), (second,)] = intake.rows(quarantine, "since")
    intake.now = intake.now.replace(hour=15)
    assert replay(intake) == 1
    assert intake.rows(quarantine, "subject", "since") == [("cid", second)]
    assert first == second
