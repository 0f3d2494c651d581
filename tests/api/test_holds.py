"""Held events over HTTP and on the page of their owner."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.domain.audit import AuditQuery
from service.reports.audit import audit_log
from service.runtime import Runtime
from tests.application import Clock, Keys
from tests.intake import NOW, ORG, Intake, call

GUARDED = ORG.replace(
    "  tours:", "  spaced: {title: Spaced, from: call.ended, agg: count, guards: {min_gap_s: 60}}\n  tours:"
)
HOLD = {"why": "the same number again", "reviewer": "lena", "due_on": "2026-10-27"}


@pytest.fixture
def intake(runtime: Runtime, clock: Clock) -> Intake:
    clock.now = NOW
    return Intake(runtime).found(vocabulary=GUARDED)


@pytest.fixture
def reviewer(keys: Keys) -> dict[str, str]:
    return keys("flags:write", "events:read", "quarantine:write")


def act(client: FlaskClient, reviewer: dict[str, str], path: str, body: object) -> Any:
    answer = client.post(f"/v1/{path}", json=body, headers=reviewer)
    return {**answer.get_json(), "http": answer.status_code}


def test_an_event_is_held_listed_and_released(intake: Intake, client: FlaskClient, reviewer: dict[str, str]) -> None:
    told = call("a1")
    intake.send(told)
    receipt = told.receipt_id
    before = intake.facts()
    assert act(client, reviewer, f"events/{receipt}:hold", HOLD)["state"] == "held"
    assert intake.facts() == {}
    [listed] = client.get("/v1/holds", headers=reviewer).get_json()["held"]
    assert (listed["receipt_id"], listed["person"], listed["due_on"]) == (receipt, "ann", "2026-10-27")
    trace = client.get(f"/v1/events/{receipt}", headers=reviewer).get_json()
    assert (trace["hold"]["state"], trace["hold"]["reviewer"]) == ("held", "lena")
    assert trace["counted_for"][0]["facts"] == []
    again = act(client, reviewer, f"events/{receipt}:hold", HOLD)
    assert (again["http"], again["code"]) == (409, "not_to_decide")
    assert act(client, reviewer, f"events/{receipt}:release", {"why": "it was right"})["state"] == "released"
    assert intake.facts() == before
    assert client.get("/v1/holds", headers=reviewer).get_json()["held"] == []
    with intake.runtime.reading() as session:
        kinds = [entry.what for entry in audit_log(session, AuditQuery(subject=receipt))]
    assert kinds == ["event.released", "event.held"]


def test_a_rejected_event_never_counts(intake: Intake, client: FlaskClient, reviewer: dict[str, str]) -> None:
    told = call("a1")
    intake.send(told)
    act(client, reviewer, f"events/{told.receipt_id}:hold", HOLD)
    assert act(client, reviewer, f"events/{told.receipt_id}:reject", {"why": "made up"})["state"] == "rejected"
    assert intake.facts() == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({**HOLD, "reviewer": ""}, "invalid_hold"),
        ({**HOLD, "due_on": "2026-10-19"}, "invalid_hold"),
        ({**HOLD, "why": " "}, "why_missing"),
    ],
)
def test_a_hold_without_reason_reviewer_or_future_is_refused(
    intake: Intake, client: FlaskClient, reviewer: dict[str, str], body: object, code: str
) -> None:
    told = call("a1")
    intake.send(told)
    assert act(client, reviewer, f"events/{told.receipt_id}:hold", body)["code"] == code
    assert act(client, reviewer, "events/evt_none:hold", HOLD)["code"] == "unknown_receipt"


def test_the_trace_tells_what_a_guard_left_out(intake: Intake, client: FlaskClient, reviewer: dict[str, str]) -> None:
    intake.send(call("a1"), call("a2"))
    trace = client.get(f"/v1/events/{call('a2').receipt_id}", headers=reviewer).get_json()
    assert trace["not_counted"] == [{"person": "ann", "day": "2026-10-14", "metric": "spaced", "guard": "min_gap_s"}]
    assert {item["metric"] for item in trace["counted_for"][0]["facts"]} == {"calls", "talk", "customers"}
    first = client.get(f"/v1/events/{call('a1').receipt_id}", headers=reviewer).get_json()
    assert first["not_counted"] == []
    assert "spaced" in {item["metric"] for item in first["counted_for"][0]["facts"]}
