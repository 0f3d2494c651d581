"""A source that numbers the changes of its objects: the highest version holds, whatever comes first."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.domain.event import receipt_id
from service.domain.source_settings import SourceSettings
from service.flows.set_source import set_source
from service.jobs.pipeline import rebuild
from service.runtime import Runtime
from tests.application import Clock, Keys
from tests.intake import CRM, NOW, Intake
from tests.sending import JSON, post


@pytest.fixture
def intake(runtime: Runtime, clock: Clock) -> Intake:
    clock.now = NOW
    return Intake(runtime).found(people=("ann",))


@pytest.fixture
def sender(intake: Intake, keys: Keys) -> dict[str, str]:
    number_changes(intake)
    return keys("events:write", source=CRM)


def number_changes(intake: Intake) -> None:
    with intake.runtime.transaction() as session:
        set_source(session, CRM, SourceSettings(versioned=True), "op", now=NOW)


def a_deal(version: int, talk_s: int | None = None) -> dict[str, Any]:
    """A call of which each version tells another length."""
    return {
        "id": "d1",
        "type": "call.ended",
        "time": "2026-10-14T07:00:00Z",
        "subject": "ann",
        "version": version,
        "data": {"direction": "out", "talk_s": talk_s or version * 100},
    }


def send(client: FlaskClient, sender: dict[str, str], *told: dict[str, Any]) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = post(client, list(told), sender, JSON).get_json()["results"]
    return results


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
def test_the_highest_version_holds_in_any_order(
    intake: Intake, client: FlaskClient, sender: dict[str, str], order: tuple[int, ...]
) -> None:
    for version in order:
        (result,) = send(client, sender, a_deal(version))
        assert (result["id"], result["receipt_id"]) == ("d1", receipt_id(CRM, "d1"))
        assert result["status"] in {"accepted", "duplicate"}
    assert intake.facts() == {("ann", "calls"): 1, ("ann", "talk"): 300}
    rebuild()
    assert intake.facts() == {("ann", "calls"): 1, ("ann", "talk"): 300}


def test_in_one_batch_too(intake: Intake, client: FlaskClient, sender: dict[str, str]) -> None:
    results = send(client, sender, a_deal(2), a_deal(1), a_deal(2), a_deal(3))
    assert [(item["index"], item["status"], item.get("stale")) for item in results] == [
        (0, "accepted", None),
        (1, "duplicate", True),
        (2, "duplicate", None),
        (3, "accepted", None),
    ]
    assert intake.facts()["ann", "talk"] == 300


def test_an_older_version_is_a_stale_duplicate_and_the_same_is_a_plain_one(
    client: FlaskClient, sender: dict[str, str]
) -> None:
    send(client, sender, a_deal(2))
    (older,), (same,) = send(client, sender, a_deal(1)), send(client, sender, a_deal(2))
    assert (older["status"], older["stale"]) == ("duplicate", True)
    assert (same["status"], "stale" in same) == ("duplicate", False)
    assert older["first_received_at"]


def test_the_same_version_that_says_something_else_is_a_conflict(
    intake: Intake, client: FlaskClient, sender: dict[str, str]
) -> None:
    send(client, sender, a_deal(1), a_deal(2))
    (result,) = send(client, sender, a_deal(2, talk_s=9_999))
    assert (result["status"], result["error"]["code"]) == ("conflict", "content_mismatch")
    assert intake.facts()["ann", "talk"] == 200


def test_a_void_takes_every_version_back_even_one_that_comes_later(
    intake: Intake, client: FlaskClient, sender: dict[str, str]
) -> None:
    send(client, sender, a_deal(1), a_deal(2))
    send(client, sender, {"id": "v1", "op": "void", "target": "d1", "time": "2026-10-14T08:00:00Z"})
    assert intake.facts() == {}
    send(client, sender, a_deal(3))
    assert intake.facts() == {}


def test_what_came_before_the_source_numbered_its_changes_is_replaced_by_the_first_that_has_a_number(
    intake: Intake, client: FlaskClient, keys: Keys
) -> None:
    headers = keys("events:write", source=CRM)
    plain = {name: value for name, value in a_deal(1).items() if name != "version"}
    send(client, headers, plain)
    number_changes(intake)
    assert send(client, headers, a_deal(5))[0]["status"] == "accepted"
    assert intake.facts()["ann", "talk"] == 500


def test_a_source_that_does_not_number_its_changes_gets_a_conflict(
    intake: Intake, client: FlaskClient, keys: Keys
) -> None:
    headers = keys("events:write", source=CRM)
    assert send(client, headers, a_deal(1), a_deal(2))[1]["status"] == "conflict"
    assert intake.facts()["ann", "talk"] == 100
