"""Flags over HTTP: found by the job, read with their evidence, resolved once, and gone when the events are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.jobs.pipeline import flags
from service.runtime import Runtime
from tests.application import Clock, Keys
from tests.intake import MORNING, NOW, Intake, call, void


@pytest.fixture
def intake(runtime: Runtime, clock: Clock) -> Intake:
    clock.now = NOW
    return Intake(runtime).found()


@pytest.fixture
def reviewer(keys: Keys) -> dict[str, str]:
    return keys("flags:write")


def listed(client: FlaskClient, reviewer: dict[str, str], query: str = "") -> Any:
    answer = client.get(f"/v1/flags{query}", headers=reviewer)
    assert answer.status_code == 200, answer.text
    return answer.get_json()["flags"]


def dial(intake: Intake, who: str = "ann") -> None:
    times = [MORNING + timedelta(hours=n) for n in range(5)]
    intake.send(*(call(f"{who}{n}", who, at=at, number_hash="n", talk_s=300) for n, at in enumerate(times)))


def test_a_flag_is_found_read_and_resolved_once(
    intake: Intake, client: FlaskClient, reviewer: dict[str, str], clock: Clock
) -> None:
    dial(intake)
    facts = intake.facts()
    flags()
    [flag] = listed(client, reviewer)
    assert (flag["person"], flag["month"], flag["kind"]) == ("ann", "2026-10", "same_number")
    assert sorted(flag["evidence"]) == sorted(call(f"ann{n}").receipt_id for n in range(5))
    path = f"/v1/flags/{flag['flag_id']}:resolve"
    assert client.post(path, json={"note": "an angry customer"}, headers=reviewer).status_code == 200
    assert client.post(path, json={"note": "again"}, headers=reviewer).get_json()["code"] == "flag_resolved"
    unknown = client.post("/v1/flags/none:resolve", json={"note": "x"}, headers=reviewer)
    assert (unknown.status_code, unknown.get_json()["code"]) == (404, "unknown_flag")
    clock.now = NOW + timedelta(hours=2)
    flags()
    assert listed(client, reviewer) == []
    [resolved] = listed(client, reviewer, "?state=resolved")
    assert resolved["resolved"]["note"] == "an angry customer"
    assert intake.facts() == facts


def test_flags_are_chosen_by_person_month_and_kind(
    intake: Intake, client: FlaskClient, reviewer: dict[str, str]
) -> None:
    dial(intake, "ann")
    dial(intake, "bob")
    flags()
    assert [flag["person"] for flag in listed(client, reviewer)] == ["ann", "bob"]
    assert [flag["person"] for flag in listed(client, reviewer, "?person=bob&month=2026-10&kind=same_number")] == [
        "bob"
    ]
    assert listed(client, reviewer, "?month=2026-09") == listed(client, reviewer, "?kind=burst") == []


def test_a_month_is_looked_at_once_an_hour_and_a_flag_goes_with_its_events(
    intake: Intake, client: FlaskClient, reviewer: dict[str, str], clock: Clock
) -> None:
    dial(intake)
    flags()
    intake.send(void("v", "ann0"))
    flags()
    assert len(listed(client, reviewer)) == 1, "nobody looks again within the hour"
    clock.now = NOW + timedelta(hours=1)
    flags()
    assert listed(client, reviewer) == []
