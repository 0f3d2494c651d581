"""`POST /v1/events`: what senders get for good and for hostile requests, and what became of an event."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.runtime import Runtime
from service.store.tables import delivery
from tests.application import Clock, Keys

JSON = {"Content-Type": "application/json"}


def a_call(number: int | str = 1, **changes: Any) -> dict[str, Any]:
    """A call as a native sender writes it."""
    plain = {
        "id": f"call-{number}",
        "type": "call.ended",
        "time": "2026-11-23T10:15:00Z",
        "subject": "u17",
        "data": {"direction": "out", "answered": True, "talk_s": 95},
    }
    return plain | changes


def a_void(number: int | str, target: str) -> dict[str, Any]:
    """The correction of an event, which needs no person."""
    return {"id": f"void-{number}", "op": "void", "target": target, "time": "2026-11-23T11:00:00Z"}


@pytest.fixture
def sender(keys: Keys) -> dict[str, str]:
    """The headers of a native sender."""
    return keys("events:write", "events:read", source="crm") | JSON


def post(client: FlaskClient, sender: dict[str, str], document: object) -> TestResponse:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return client.post("/v1/events", data=body, headers=sender)


def states(response: TestResponse) -> list[str]:
    return [result["status"] for result in response.get_json()["results"]]


def test_a_voided_event_and_its_void_are_both_taken(client: FlaskClient, sender: dict[str, str]) -> None:
    response = post(client, sender, [a_void(1, "call-1"), a_void(2, "call-2")])
    answer = response.get_json()
    assert response.status_code == 202
    assert answer["summary"] == {"accepted": 2}
    assert [(item["index"], item["id"], item["status"]) for item in answer["results"]] == [
        (0, "void-1", "accepted"),
        (1, "void-2", "accepted"),
    ]
    assert answer["results"][0]["receipt_id"].startswith("evt_")
    assert answer["delivery_id"] == response.headers["Stimul-Delivery-Id"]
    assert response.headers["X-Request-Id"]


def test_a_person_nobody_knows_waits_and_the_sender_is_told_why(client: FlaskClient, sender: dict[str, str]) -> None:
    response = post(client, sender, a_call())
    assert response.status_code == 207
    (result,) = response.get_json()["results"]
    assert (result["status"], result["reason"]) == ("quarantined", "unresolved_subject")


def test_the_same_event_again_is_a_duplicate_with_the_same_receipt(
    client: FlaskClient, sender: dict[str, str], clock: Clock
) -> None:
    first = post(client, sender, a_void(1, "x")).get_json()
    clock.now = clock.now.replace(hour=13)
    again = post(client, sender, a_void(1, "x"))
    (result,) = again.get_json()["results"]
    assert again.status_code == 202
    assert result["status"] == "duplicate"
    assert result["receipt_id"] == first["results"][0]["receipt_id"]
    assert result["first_received_at"] == "2026-11-23T12:00:00Z"


def test_of_sixteen_at_once_one_is_accepted(app: Flask, sender: dict[str, str]) -> None:
    def send(_: int) -> Any:
        return post(app.test_client(), sender, a_void(1, "x")).get_json()["results"][0]

    with ThreadPoolExecutor(16) as senders:
        results = list(senders.map(send, range(16)))
    assert sorted(result["status"] for result in results) == ["accepted"] + ["duplicate"] * 15
    assert len({result["receipt_id"] for result in results}) == 1


def test_a_batch_names_its_own_duplicate_and_old_ones(client: FlaskClient, sender: dict[str, str]) -> None:
    post(client, sender, [a_void(number, "x") for number in range(3)])
    batch = [a_void(number, "x") for number in range(999)]
    response = post(client, sender, [*batch, batch[500]])
    assert response.status_code == 202
    assert response.get_json()["summary"] == {"accepted": 996, "duplicate": 4}


def test_the_same_id_with_another_amount_is_a_conflict_and_both_are_kept(
    client: FlaskClient, sender: dict[str, str]
) -> None:
    deal = {"id": "d1", "type": "deal.won", "time": "2026-11-23T10:15:00Z", "subject": "u17"}
    post(client, sender, deal | {"data": {"amount": "1500"}})
    response = post(client, sender, deal | {"data": {"amount": "15000"}})
    (result,) = response.get_json()["results"]
    assert response.status_code == 207
    assert (result["status"], result["retryable"]) == ("conflict", False)
    assert result["error"]["code"] == "content_mismatch"
    trace = client.get(f"/v1/events/{result['existing_receipt_id']}", headers=sender).get_json()
    assert trace["event"]["data"]["amount"] == "1500.00"
    assert [kept["event"]["data"]["amount"] for kept in trace["conflicts"]] == ["15000.00"]


def test_another_order_of_keys_and_spelling_of_the_amount_is_a_duplicate(
    client: FlaskClient, sender: dict[str, str]
) -> None:
    post(client, sender, b'{"id":"d1","type":"deal.won","time":"2026-11-23T10:15:00Z","data":{"amount":1500.0}}')
    again = b'{"data":{"amount":"1500.00"},"time":"2026-11-23T12:15:00+02:00","type":"deal.won","id":"d1"}'
    assert states(post(client, sender, again)) == ["duplicate"]


@pytest.mark.parametrize("time", ["2026-11-23T12:10:00Z", "2099-01-01T00:00:00Z"])
def test_what_has_not_happened_yet_waits(client: FlaskClient, sender: dict[str, str], time: str) -> None:
    (result,) = post(client, sender, a_call(time=time)).get_json()["results"]
    assert (result["status"], result["reason"]) == ("quarantined", "future_time")


def test_a_batch_with_one_bad_item_takes_the_others(client: FlaskClient, sender: dict[str, str]) -> None:
    response = post(client, sender, [a_void(1, "x"), {"type": "call.ended"}, a_void("\0", "x"), a_void(2, "x")])
    assert response.status_code == 207
    assert states(response) == ["accepted", "rejected", "rejected", "accepted"]
    missing, text = response.get_json()["results"][1:3]
    assert missing == {
        "index": 1,
        "id": None,
        "status": "rejected",
        "retryable": False,
        "error": {"code": "missing_field", "detail": missing["error"]["detail"], "pointer": "/1/id"},
    }
    assert text["error"]["code"] == "invalid_text"


def test_a_request_of_rejections_alone_is_a_problem_that_names_each(
    client: FlaskClient, sender: dict[str, str]
) -> None:
    response = post(client, sender, [{}, a_call(time="yesterday")])
    answer = response.get_json()
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    assert answer["type"] == "http://127.0.0.1:8000/docs/problems/items_rejected"
    assert [(found["pointer"], found["code"]) for found in answer["errors"]] == [
        ("/0/id", "missing_field"),
        ("/1/time", "invalid_time"),
    ]
    assert answer["summary"] == {"rejected": 2}


def test_a_strict_sender_gets_all_or_nothing(client: FlaskClient, sender: dict[str, str]) -> None:
    strict = sender | {"Prefer": "handling=strict"}
    refused = post(client, strict, [a_void(1, "x"), {}])
    assert refused.status_code == 422
    assert refused.get_json()["code"] == "not_all_taken"
    assert states(post(client, strict, [a_void(1, "x")])) == ["accepted"]


def test_a_key_sends_for_its_own_source_alone(client: FlaskClient, sender: dict[str, str]) -> None:
    (result,) = post(client, sender, a_call(source="other")).get_json()["results"]
    assert result["error"]["code"] == "source_mismatch"


def test_a_key_without_a_source_sends_nothing(client: FlaskClient, keys: Keys) -> None:
    response = post(client, keys("admin") | JSON, a_call())
    assert (response.status_code, response.get_json()["code"]) == (403, "key_without_source")


def test_an_event_is_found_by_its_receipt_and_by_its_id(client: FlaskClient, sender: dict[str, str]) -> None:
    receipt = post(client, sender, a_call()).get_json()["results"][0]["receipt_id"]
    post(client, sender, a_void(1, "call-1"))
    by_receipt = client.get(f"/v1/events/{receipt}", headers=sender).get_json()
    by_id = client.get("/v1/events?source=crm&external_id=call-1", headers=sender).get_json()
    assert by_receipt == by_id
    assert (by_id["status"], by_id["reason"], by_id["period"]) == ("quarantined", "unresolved_subject", "2026-11")
    assert [correction["id"] for correction in by_id["corrected_by"]] == ["void-1"]


def test_an_event_of_another_source_is_not_shown(client: FlaskClient, sender: dict[str, str], keys: Keys) -> None:
    receipt = post(client, sender, a_call()).get_json()["results"][0]["receipt_id"]
    stranger = keys("events:read", "events:write", source="erp")
    assert client.get(f"/v1/events/{receipt}", headers=stranger).status_code == 404
    assert client.get(f"/v1/events/{receipt}", headers=keys("events:read")).status_code == 200
    assert client.get("/v1/events/evt_none", headers=stranger).get_json()["code"] == "unknown_event"


def test_a_question_without_its_parameters_names_them(client: FlaskClient, sender: dict[str, str]) -> None:
    response = client.get("/v1/events?external_id=x", headers=sender)
    assert response.status_code == 422
    assert [found["pointer"] for found in response.get_json()["errors"]] == ["#query/external_id"]


def test_the_raw_request_is_kept_with_its_hash(client: FlaskClient, sender: dict[str, str], runtime: Runtime) -> None:
    body = json.dumps(a_void(1, "x")).encode()
    post(client, sender, body)
    with runtime.reading() as session:
        row = session.execute(select(delivery)).one()
    assert (row.body, row.body_hash, row.items) == (body, sha256(body).hexdigest(), 1)
