"""A rebuild changes nothing, mends what was damaged, and takes over what changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, update

from service.domain.person import Alias
from service.flows import rebuild_facts as steps
from service.jobs.pipeline import rebuild, replay
from service.runtime import Runtime
from service.store.aliases import replace_aliases
from service.store.derived_tables import event_correction, event_credit, fact, fact_day, fact_key
from service.store.tables import quarantine
from service.store.vocabulary import add_new_vocabulary
from tests.application import Clock
from tests.intake import CRM, MORNING, NOW, ORG, Intake, call, document, payment, replacement, snapshot, void


@pytest.fixture
def intake(runtime: Runtime, clock: Clock) -> Intake:
    clock.now = NOW
    made = Intake(runtime).found()
    made.send(*[call(f"a{n}", at=MORNING - timedelta(days=n)) for n in range(8)], payment("p1", lead_source="bob"))
    made.send(void("v1", "a1"), replacement("r1", "a2", talk_s=99), snapshot("s1", 3, 4), call("w1", "nobody"))
    return made


def test_a_rebuild_changes_nothing(intake: Intake) -> None:
    intake.assert_rebuild_changes_nothing()


def test_a_rebuild_in_many_steps_is_the_same(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "EVENTS_AT_ONCE", 2)
    monkeypatch.setattr(steps, "DAYS_AT_ONCE", 1)
    intake.assert_rebuild_changes_nothing()


def test_facts_that_were_lost_or_invented_are_set_right(intake: Intake) -> None:
    before = intake.derived()
    with intake.runtime.transaction() as session:
        session.execute(update(fact).where(fact.c.metric == "talk").values(value=1))
        session.execute(delete(fact).where(fact.c.metric == "calls"))
        session.execute(delete(event_credit).where(event_credit.c.day < date(2026, 10, 12)))
        session.execute(delete(event_correction))
        session.execute(delete(fact_day))
        session.execute(delete(fact_key))
        row = {"person_id": "cid", "day": date(2026, 10, 1), "metric": "calls", "slice": "", "value": 5}
        session.execute(fact.insert().values(row))
    assert rebuild().changed_facts > 0
    assert {**intake.derived(), "stale": None} == {**before, "stale": None}


def test_a_new_vocabulary_counts_from_its_first_day_on(intake: Intake) -> None:
    stricter = ORG.replace("talk_s: {min: 20}", "talk_s: {min: 61}")
    with intake.runtime.transaction() as session:
        add_new_vocabulary(session, date(2026, 10, 12), document(stricter), NOW)
    rebuild()
    counted = [row[1] for row in intake.rows(fact) if row[2] == "calls"]
    assert [day for day in counted if day >= date(2026, 10, 12)] == [date(2026, 10, 14)]  # the replacement of 99 s
    assert len([day for day in counted if day < date(2026, 10, 12)]) == 5
    intake.assert_rebuild_changes_nothing()


def test_events_follow_an_alias_that_was_given_to_somebody_else(intake: Intake) -> None:
    with intake.runtime.transaction() as session:
        replace_aliases(session, [(CRM, "ann")], [Alias(CRM, "ann", "cid", date(2026, 1, 1))])
    rebuild()
    assert ("ann", "calls") not in intake.facts()
    assert intake.facts()["cid", "calls"] > 0
    intake.assert_rebuild_changes_nothing()


def test_events_whose_alias_is_gone_wait_again_and_come_back_with_it(intake: Intake) -> None:
    before = intake.facts()
    with intake.runtime.transaction() as session:
        replace_aliases(session, [(CRM, "ann")], [])
    rebuild()
    assert intake.facts() == {}
    assert len(intake.rows(quarantine)) > 5
    with intake.runtime.transaction() as session:
        intake.know(session, "ann")
    replay()
    assert intake.facts() == before
    intake.assert_rebuild_changes_nothing()
