"""`/v1/quarantine`: what waits is listed, let in, and discarded with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.domain.event import Event, Item, Quarantine, QuarantineReason
from service.domain.period import Period
from service.jobs.pipeline import rebuild, replay
from service.runtime import Runtime
from service.store.lineage import list_late_receipts
from service.store.tables import quarantine
from tests.application import Clock, Keys
from tests.intake import CRM, NOW, Intake, call


@pytest.fixture
def intake(runtime: Runtime, clock: Clock) -> Intake:
    clock.now = NOW
    return Intake(runtime).found(people=("ann",))


@pytest.fixture
def operator(keys: Keys) -> dict[str, str]:
    return keys("quarantine:write", "events:read")


def listed(client: FlaskClient, operator: dict[str, str], query: str = "") -> Any:
    answer = client.get(f"/v1/quarantine{query}", headers=operator)
    assert answer.status_code == 200, answer.text
    return answer.json


def names(document: Any) -> list[str]:
    return [item["id"] for item in document["waiting"]]


def act(client: FlaskClient, operator: dict[str, str], verb: str, body: object) -> Any:
    answer = client.post(f"/v1/quarantine:{verb}", json=body, headers=operator)
    return {**answer.get_json(), "http": answer.status_code}


def a_test_event(name: str) -> Item:
    told = call(name, "ann")
    return Item(0, name, told, quarantine=Quarantine(QuarantineReason.TEST_EVENT, "The vendor's own test."))


def a_conflict(intake: Intake) -> str:
    intake.send(call("c1", "ann", talk_s=60))
    intake.send(call("c1", "ann", talk_s=600))
    return call("c1", "ann").receipt_id


def test_what_waits_is_listed_with_its_reason_and_a_conflict_beside_it(
    intake: Intake, client: FlaskClient, operator: dict[str, str]
) -> None:
    intake.send(call("a1", "bob"))
    intake.send(a_test_event("t1"))
    receipt = a_conflict(intake)
    found = listed(client, operator)
    assert found["counts"] == {"conflict": 1, "test_event": 1, "unresolved_subject": 1}
    assert [(item["id"], item["reason"]) for item in found["waiting"]] == [
        ("a1", "unresolved_subject"),
        ("t1", "test_event"),
        ("c1", "conflict"),
    ]
    assert found["waiting"][2]["receipt_id"] == receipt
    assert client.get("/readyz").get_json()["conflicts"] == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?reason=conflict", ["c1"]),
        ("?reason=test_event", ["t1"]),
        ("?subject=bob", ["a1"]),
        ("?source=phone", []),
        ("?since=2026-10-20T09:00:01Z", []),
        ("?until=2026-10-20T09:00:01Z", ["a1", "t1", "c1"]),
    ],
)
def test_it_is_chosen_by_reason_subject_source_and_time(
    intake: Intake, client: FlaskClient, operator: dict[str, str], query: str, found: list[str]
) -> None:
    intake.send(call("a1", "bob"))
    intake.send(a_test_event("t1"))
    a_conflict(intake)
    assert names(listed(client, operator, query)) == found


def test_the_pages_go_on_where_the_one_before_ended(
    intake: Intake, client: FlaskClient, operator: dict[str, str]
) -> None:
    intake.send(*[call(f"a{number}", "bob") for number in range(3)])
    for number in range(3):
        intake.send(call(f"c{number}", "ann", talk_s=60))
        intake.send(call(f"c{number}", "ann", talk_s=600))
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        found = listed(client, operator, f"?limit=2&after={after}")
        seen += names(found)
        after = found["next_after"]
    assert seen == ["a0", "a1", "a2", "c0", "c1", "c2"]
    refused = client.get("/v1/quarantine?after=nonsense", headers=operator)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "invalid_page")


def test_a_dry_run_says_what_a_replay_would_do_and_the_replay_does_it(
    intake: Intake, client: FlaskClient, operator: dict[str, str]
) -> None:
    intake.send(call("a1", "bob"), call("a2", "cid"))
    with intake.runtime.transaction() as session:
        intake.know(session, "bob")
    tried = act(client, operator, "replay", {"dry_run": True})
    assert tried == {"released": 1, "waiting": 1, "dry_run": True, "http": 200}
    assert intake.facts() == {}
    done = act(client, operator, "replay", {"filter": {"subject": "bob"}})
    assert done == {"released": 1, "waiting": 0, "dry_run": False, "http": 200}
    assert intake.facts()["bob", "calls"] == 1
    assert names(listed(client, operator)) == ["a2"]
    assert act(client, operator, "replay", {})["released"] == 0


def test_a_test_event_is_let_in_by_no_replay(intake: Intake, client: FlaskClient, operator: dict[str, str]) -> None:
    intake.send(a_test_event("t1"))
    assert act(client, operator, "replay", {"filter": {"reason": "test_event"}})["released"] == 0
    assert names(listed(client, operator)) == ["t1"]


def test_what_is_too_old_counts_once_a_person_answers_for_it_by_that_name(
    intake: Intake, client: FlaskClient, operator: dict[str, str]
) -> None:
    old = call("a1")
    intake.send(Item(0, "a1", old, Quarantine(QuarantineReason.TOO_OLD, "The source takes nothing so old.")))
    word = {"filter": {"receipts": [old.receipt_id]}, "why": "The telephone was offline."}
    named = {**word, "filter": {"receipts": [old.receipt_id], "reason": "too_old"}}
    assert act(client, operator, "replay", {"filter": {"reason": "too_old"}})["released"] == 0
    assert act(client, operator, "vouch", word)["released"] == 0
    assert act(client, operator, "vouch", named) == {"released": 1, "waiting": 0, "dry_run": False, "http": 200}
    assert names(listed(client, operator)) == []
    told: Any = client.get(f"/v1/events/{old.receipt_id}", headers=operator).json
    assert told["released"][0]["reason"] == "too_old"
    assert rebuild().changed_facts == 0


def test_an_amount_out_of_bounds_counts_once_a_person_answers_for_it(
    intake: Intake, client: FlaskClient, operator: dict[str, str]
) -> None:
    waits = Quarantine(QuarantineReason.AMOUNT_OUT_OF_BOUNDS, "Somebody must look at it.")
    intake.send(Item(0, "a1", call("a1"), waits))
    named = {"filter": {"reason": "amount_out_of_bounds"}, "why": "The contract says so."}
    assert act(client, operator, "vouch", named)["released"] == 1
    assert intake.facts()["ann", "calls"] == 1
    assert rebuild().changed_facts == 0


def test_nobodys_word_lets_a_test_event_count(intake: Intake, client: FlaskClient, operator: dict[str, str]) -> None:
    intake.send(a_test_event("t1"))
    refused = act(client, operator, "vouch", {"filter": {"reason": "test_event"}, "why": "It is real."})
    assert (refused["http"], refused["code"]) == (422, "not_vouchable")
    assert names(listed(client, operator)) == ["t1"]


def test_what_is_discarded_never_counts_and_says_who_and_why(
    intake: Intake, client: FlaskClient, operator: dict[str, str], keys: Keys
) -> None:
    intake.send(call("a1", "bob"), call("a2", "cid"))
    done = act(client, operator, "discard", {"filter": {"subject": "bob"}, "why": "Bob's private calls."})
    assert done == {"discarded": 1, "http": 200}
    assert names(listed(client, operator)) == ["a2"]
    intake.meet("bob")
    replay()
    rebuild()
    assert intake.facts() == {}
    assert act(client, operator, "replay", {})["released"] == 0
    told: Any = client.get(f"/v1/events/{call('a1').receipt_id}", headers=operator).json
    assert told["status"] == "discarded"
    assert told["discarded"] == {"at": NOW.isoformat(), "by": "a test", "why": "Bob's private calls."}
    entries: Any = client.get("/v1/audit?what=events.discarded", headers=keys("admin")).json
    assert entries["entries"][0]["detail"]["why"] == "Bob's private calls."


def test_a_conflict_that_somebody_looked_at_alarms_no_more(
    intake: Intake, client: FlaskClient, operator: dict[str, str]
) -> None:
    receipt = a_conflict(intake)
    act(client, operator, "discard", {"filter": {"receipts": [receipt]}, "why": "The sender repaired its clock."})
    assert names(listed(client, operator)) == []
    assert client.get("/readyz").get_json()["conflicts"] == 0
    assert intake.facts()["ann", "talk"] == 60


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"filter": {}, "why": "all"}, "nothing_chosen"),
        ({"filter": {"source": "crm"}, "why": " "}, "why_missing"),
        ({"filter": {"source": "crm"}, "why": "x" * 501}, "why_missing"),
    ],
)
def test_nothing_is_discarded_without_a_reason_or_as_a_whole(
    intake: Intake, client: FlaskClient, operator: dict[str, str], body: object, code: str
) -> None:
    intake.send(call("a1", "bob"))
    refused = act(client, operator, "discard", body)
    assert (refused["http"], refused["code"]) == (422, code)
    assert len(intake.rows(quarantine)) == 1


def test_only_whoever_may_looks_and_decides(client: FlaskClient, keys: Keys) -> None:
    reader = keys("events:read")
    assert client.get("/v1/quarantine", headers=reader).status_code == 403
    assert client.post("/v1/quarantine:replay", json={}, headers=reader).status_code == 403
    assert client.post("/v1/quarantine:discard", json={}, headers=reader).status_code == 403


def test_what_comes_within_a_day_counts_when_due_and_what_is_further_ahead_waits_for_somebody(
    intake: Intake, client: FlaskClient, operator: dict[str, str], clock: Clock
) -> None:
    soon, later = call("soon", "ann"), call("later", "ann")
    soon = Event(CRM, "soon", soon.type, NOW + timedelta(hours=23), "ann", soon.data)
    later = Event(CRM, "later", later.type, NOW + timedelta(hours=25), "ann", later.data)
    intake.send(soon, later)
    clock.now = NOW + timedelta(hours=26)
    replay()
    assert names(listed(client, operator)) == ["later"]
    assert intake.facts()["ann", "calls"] == 1
    assert act(client, operator, "replay", {"filter": {"reason": "future_time"}})["released"] == 1
    assert intake.facts()["ann", "calls"] == 2


def test_an_event_that_was_let_in_late_is_late_from_then_on(
    intake: Intake, client: FlaskClient, operator: dict[str, str], clock: Clock
) -> None:
    told = call("a1", "bob")
    intake.send(told)
    clock.now = NOW + timedelta(days=30)
    intake.meet("bob")
    with intake.runtime.reading() as session:
        month = ("bob", Period(2026, 10))
        assert list_late_receipts(session, month, NOW + timedelta(days=20)) == (told.receipt_id,)
        assert list_late_receipts(session, month, NOW + timedelta(days=31)) == ()
    traced: Any = client.get(f"/v1/events/{told.receipt_id}", headers=operator).json
    assert traced["released"] == [
        {"at": clock.now.isoformat(), "reason": "unresolved_subject", "waited_since": NOW.isoformat()}
    ]
