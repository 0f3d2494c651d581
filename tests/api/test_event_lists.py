"""`GET /v1/events` as a list: by person, days, instants, type, source and state, page by page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.domain.waiting import Decision, WaitingQuery
from service.flows.discard_waiting import discard_waiting
from service.runtime import Runtime
from tests.application import Keys
from tests.intake import MORNING, NOW, PHONE, Intake, call, payment

MIDNIGHT = MORNING.replace(hour=21, minute=30)
"""In Sofia it is the next day by then."""


@pytest.fixture
def intake(runtime: Runtime) -> Intake:
    """Seven events of two senders; two wait for people, and one of them was discarded."""
    found = Intake(runtime).found(people=("ann", "bob"))
    found.send(call("a1"), call("b1", "bob"), payment("p1", lead_source="bob"))
    found.send(call("t1", source=PHONE), source=PHONE)
    found.send(call("late", at=MIDNIGHT), call("w1", "cid"), call("w2", "dan"))
    with runtime.transaction() as session:
        discard_waiting(session, WaitingQuery(subject="dan"), Decision("eva", "nobody of ours", NOW))
    return found


@pytest.fixture
def reader(intake: Intake, keys: Keys) -> dict[str, str]:
    del intake
    return keys("events:read")


def page(client: FlaskClient, reader: dict[str, str], **query: object) -> Any:
    answer = client.get("/v1/events", query_string={name: str(value) for name, value in query.items()}, headers=reader)
    assert answer.status_code == 200, answer.data
    return answer.get_json()


def ids(client: FlaskClient, reader: dict[str, str], **query: object) -> list[str]:
    return [item["id"] for item in page(client, reader, **query)["events"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["w2", "w1", "late", "t1", "p1", "b1", "a1"]),
        ({"person": "ann"}, ["late", "t1", "p1", "a1"]),
        ({"person": "bob"}, ["p1", "b1"]),
        ({"person": "ann", "source": "phone"}, ["t1"]),
        ({"type": "payment.received"}, ["p1"]),
        ({"state": "quarantined"}, ["w1"]),
        ({"state": "discarded"}, ["w2"]),
        ({"state": "accepted", "source": "crm"}, ["late", "p1", "b1", "a1"]),
        ({"first_day": "2026-10-15"}, ["late"]),
        ({"last_day": "2026-10-14", "person": "ann"}, ["t1", "p1", "a1"]),
        ({"since": MIDNIGHT.isoformat()}, ["late"]),
        ({"until": MIDNIGHT.isoformat(), "type": "call.ended", "state": "accepted"}, ["t1", "b1", "a1"]),
        ({"since": (MIDNIGHT + timedelta(seconds=1)).isoformat()}, []),
        ({"since": "0001-01-01T00:00:00Z", "until": "9999-12-31T23:59:59Z", "type": "payment.received"}, ["p1"]),
        ({"source": "nobody"}, []),
    ],
)
def test_events_are_found_by_what_is_known_of_them(
    client: FlaskClient, reader: dict[str, str], query: dict[str, str], found: list[str]
) -> None:
    assert ids(client, reader, **query) == found


def test_pages_follow_each_other_and_what_arrives_meanwhile_is_on_none(
    client: FlaskClient, reader: dict[str, str], intake: Intake
) -> None:
    first = page(client, reader, limit=3)
    intake.send(call("new"))
    seen = [item["id"] for item in first["events"]]
    following = first["next_before"]
    while following is not None:
        told = page(client, reader, limit=3, before=following)
        seen += [item["id"] for item in told["events"]]
        following = told["next_before"]
    assert seen == ["w2", "w1", "late", "t1", "p1", "b1", "a1"]
    assert ids(client, reader, limit=1) == ["new"]


def test_everything_of_a_listed_event_is_found_by_its_receipt(client: FlaskClient, reader: dict[str, str]) -> None:
    for listed in page(client, reader)["events"]:
        told = client.get(f"/v1/events/{listed['receipt_id']}", headers=reader).get_json()
        same = ("id", "source", "status", "day", "person", "delivery_id", "late", "received_at")
        assert {name: told[name] for name in same} == {name: listed[name] for name in same}
        assert told.get("reason") == listed["reason"]
        assert (told["event"]["type"], told["event"]["subject"]) == (listed["type"], listed["subject"])


def test_a_key_of_a_source_lists_that_source_alone(client: FlaskClient, intake: Intake, keys: Keys) -> None:
    del intake
    own = keys("events:read", source=PHONE)
    assert ids(client, own) == ["t1"]
    assert ids(client, own, source="crm") == []


@pytest.mark.parametrize(
    "path", ["/v1/events?since=", "/v1/deliveries?before=", "/v1/quarantine?until=", "/v1/audit?since="]
)
def test_a_moment_outside_the_calendar_is_refused(client: FlaskClient, keys: Keys, path: str) -> None:
    asking = keys("events:read", "quarantine:write", "audit:read")
    for moment in ("0001-01-01T00:00:00%2B05:00", "9999-12-31T23:59:59-05:00"):
        answer = client.get(path + moment, headers=asking)
        assert (answer.status_code, answer.get_json()["errors"][0]["detail"]) == (
            422,
            "This lies outside the calendar.",
        )


def test_an_id_without_its_source_is_refused(client: FlaskClient, reader: dict[str, str]) -> None:
    answer = client.get("/v1/events?external_id=a1", headers=reader)
    assert answer.status_code == 422
    assert [item["detail"] for item in answer.get_json()["errors"]] == ["Name its source too."]
