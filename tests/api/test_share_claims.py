"""Shares that senders name, over HTTP and on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from service.cli import main
from service.domain.event import CreditClaim, Event, Part
from service.runtime import Runtime
from tests.application import Clock, Keys
from tests.intake import NOW, Intake, payment


@pytest.fixture
def told(runtime: Runtime, clock: Clock) -> Event:
    clock.now = NOW
    parts = (CreditClaim("ann", Part.OWNER, Decimal(50)), CreditClaim("bob", Part.LEAD_SOURCE, Decimal(50)))
    event = replace(payment("p1"), credit=parts)
    Intake(runtime).found().send(event)
    return event


def test_shares_are_listed_approved_once_and_told_in_the_trace(told: Event, client: FlaskClient, keys: Keys) -> None:
    reviewer = keys("flags:write", "events:read")
    page = client.get("/v1/share-claims", headers=reviewer).get_json()
    [listed] = page["claims"]
    assert (listed["receipt_id"], listed["state"], page["next_after"]) == (told.receipt_id, "held", None)
    sent = [(item["person"], item["part"], item["share"]) for item in listed["credit"]]
    assert sent == [("ann", "owner", "50"), ("bob", "lead_source", "50")]
    path = f"/v1/share-claims/{told.receipt_id}:approve"
    assert client.post(path, json={"why": "agreed"}, headers=reviewer).get_json()["state"] == "approved"
    again = client.post(path, json={"why": "agreed"}, headers=reviewer)
    assert (again.status_code, again.get_json()["code"]) == (409, "no_share_claim")
    assert client.get("/v1/share-claims", headers=reviewer).get_json()["claims"] == []
    approved = client.get("/v1/share-claims?state=approved", headers=reviewer).get_json()["claims"]
    assert [item["receipt_id"] for item in approved] == [told.receipt_id]
    trace = client.get(f"/v1/events/{told.receipt_id}", headers=reviewer).get_json()
    assert trace["share_claim"]["state"] == "approved"
    assert {item["person"]: item["facts"][0]["value"] for item in trace["counted_for"]} == {"ann": "50", "bob": "50"}


def test_a_key_of_the_source_itself_decides_nothing(told: Event, client: FlaskClient, keys: Keys) -> None:
    own = keys("flags:write", source="crm")
    answer = client.post(f"/v1/share-claims/{told.receipt_id}:reject", json={"why": "mine"}, headers=own)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "own_share_claim")


def test_the_command_lists_and_rejects(told: Event, tables_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", tables_url)
    run = CliRunner().invoke
    listed = json.loads(run(main, ["shares", "list", "--format", "json"]).output)
    assert [item["receipt_id"] for item in listed] == [told.receipt_id]
    done = run(main, ["shares", "reject", told.receipt_id, "--why", "not agreed"])
    assert (done.exit_code, "refused" in done.output) == (0, True)
    refused = json.loads(run(main, ["shares", "list", "--state", "refused", "--format", "json"]).output)
    assert [item["decided_by"] != "" for item in refused] == [True]
