"""Promises of /v1/periods/{period}/replays: worked out in the background, read by finance, noted in the audit log."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.jobs import pipeline
from service.runtime import Runtime
from service.store.tables import event
from tests.application import Keys
from tests.company import EARLY_NOVEMBER, Company, a_call, a_payment
from tests.seasons import saying, tampered

OCTOBER_REPLAYS = "/v1/periods/2026-10/replays"


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """The small company, in which October is closed."""
    found = Company(runtime)
    found.found()
    found.send(a_call("ann", "c1"), a_call("ann", "c2"), a_payment("ann", "p1", "1000.05"))
    found.refresh()
    found.now = EARLY_NOVEMBER
    found.close()
    return found


@pytest.fixture
def key(keys: Keys) -> dict[str, str]:
    return keys("payouts:read")


def asked(client: FlaskClient, key: dict[str, str], **body: object) -> str:
    answer = post(client, key, OCTOBER_REPLAYS, **body)
    assert answer.status_code == 202, answer.text
    return str(answer.json["replay_id"])


def post(client: FlaskClient, key: dict[str, str], path: str, **body: object) -> Any:
    return client.post(path, json=body, headers=key)


def told(client: FlaskClient, key: dict[str, str], replay_id: str) -> Any:
    return client.get(f"{OCTOBER_REPLAYS}/{replay_id}", headers=key).json


@pytest.mark.usefixtures("company")
def test_a_replay_waits_and_then_says_that_the_month_came_out_the_same(
    client: FlaskClient, key: dict[str, str], nudged: list[str]
) -> None:
    replay_id = asked(client, key)
    assert "replay_closings" in nudged
    waiting = told(client, key, replay_id)
    assert (waiting["state"], waiting["result"], waiting["version"]) == ("waiting", None, 1)
    assert asked(client, key, version=1) == replay_id, "one that waits for the same closing is the answer"
    pipeline.replay_closings()
    done = told(client, key, replay_id)
    assert (done["state"], done["failure"], done["result"]["equal"]) == ("done", "", True)
    assert (done["result"]["people"], done["result"]["events"], done["result"]["differences"]) == (2, 3, [])
    assert done["result"]["recomputed_hash"] == done["result"]["document_hash"]
    assert asked(client, key) != replay_id, "it has ended, so another one begins"


def test_differences_are_told_with_both_amounts(client: FlaskClient, key: dict[str, str], company: Company) -> None:
    replay_id = asked(client, key)
    dearer = saying(lambda document: document["data"].update(amount="2000.05"))
    with tampered(company.runtime, event, event.c.external_id == "p1", dearer):
        pipeline.replay_closings()
    result = told(client, key, replay_id)["result"]
    assert not result["equal"]
    (line,) = [item for item in result["differences"] if (item["what"], item["name"]) == ("line", "commission")]
    assert (line["person"], line["month"], line["inputs"]) == ("ann", "2026-10", ["metric.collected"])
    assert (line["stored"], line["recomputed"]) == ("16.50", "33.00")


@pytest.mark.usefixtures("company")
def test_what_was_never_closed_and_a_replay_that_was_never_asked_for_are_refused(
    client: FlaskClient, key: dict[str, str]
) -> None:
    never = post(client, key, "/v1/periods/2026-11/replays")
    assert (never.status_code, never.json["code"]) == (404, "unknown_closing")
    third = post(client, key, OCTOBER_REPLAYS, version=3)
    assert (third.status_code, third.json["code"]) == (404, "unknown_closing")
    beyond = post(client, key, OCTOBER_REPLAYS, version=2**40)
    assert beyond.status_code == 422, "no column holds such a number"
    replay_id = asked(client, key)
    for path in (f"{OCTOBER_REPLAYS}/rpl_0", f"/v1/periods/2026-09/replays/{replay_id}"):
        answer: Any = client.get(path, headers=key)
        assert (answer.status_code, answer.json["code"]) == (404, "unknown_replay")


@pytest.mark.usefixtures("company")
def test_reading_one_is_noted_since_it_shows_pay(client: FlaskClient, key: dict[str, str], keys: Keys) -> None:
    replay_id = asked(client, key)
    told(client, key, replay_id)
    log: Any = client.get("/v1/audit", headers=keys("audit:read")).json
    assert any(entry["subject"] == "everybody" for entry in log["entries"]), log
