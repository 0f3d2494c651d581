"""`POST /v1/events`: what senders get for good and for hostile requests, and what became of an event."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
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


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "empty_body"),
        (b"null", 400, "not_an_event"),
        (b'"x"', 400, "not_an_event"),
        (b'{"id":"a","id":"b"}', 400, "duplicate_key"),
        (b'{"id":' + b"1" * 5_000 + b"}", 400, "number_out_of_range"),
        (b'{"amount":1e400}', 400, "number_out_of_range"),
        (b'{"amount":NaN}', 400, "number_out_of_range"),
        (b"[" * 10_000 + b"]" * 10_000, 400, "too_deep"),
        (b'{"a":"\xff"}', 400, "invalid_encoding"),
        ("{}".encode("utf-16"), 400, "invalid_encoding"),
        (b"{}", 422, "items_rejected"),
        (b"[" + b"{}," * 1_000 + b"{}]", 413, "too_many_items"),
    ],
)
def test_a_document_that_cannot_be_taken_is_named(
    client: FlaskClient, sender: dict[str, str], body: bytes, status: int, code: str
) -> None:
    response = post(client, sender, body)
    assert (response.status_code, response.get_json()["code"]) == (status, code)
    assert response.content_type == "application/problem+json"


def test_an_empty_list_is_taken(client: FlaskClient, sender: dict[str, str]) -> None:
    response = post(client, sender, b"[]")
    assert (response.status_code, response.get_json()["results"]) == (202, [])


def test_a_byte_order_mark_is_taken(client: FlaskClient, sender: dict[str, str]) -> None:
    assert post(client, sender, b"\xef\xbb\xbf" + json.dumps(a_void(1, "x")).encode()).status_code == 202


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        (None, 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/json; charset=latin-1", 415),
        ("application/json", 202),
        ("application/json; charset=utf-8", 202),
        ("APPLICATION/JSON; CHARSET=UTF-8", 202),
    ],
)
def test_the_media_type_is_read_and_not_compared(
    client: FlaskClient, sender: dict[str, str], content_type: str | None, status: int
) -> None:
    headers = {name: text for name, text in sender.items() if name != "Content-Type"}
    headers |= {"Content-Type": content_type} if content_type else {}
    assert post(client, headers, a_void(1, "x")).status_code == status


LARGEST = 5 * 1024 * 1024


def test_a_body_over_the_limit_is_refused_announced_or_not(client: FlaskClient, sender: dict[str, str]) -> None:
    large = b"[" + b" " * (LARGEST - 1) + b"]"
    assert post(client, sender, large).status_code == 413
    unannounced = client.post(
        "/v1/events",
        input_stream=io.BytesIO(large),
        headers=sender,
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert unannounced.status_code == 413
    assert unannounced.get_json()["code"] == "body_too_large"
    assert post(client, sender, b"[" + b" " * (LARGEST - 2) + b"]").status_code == 202


def test_the_size_is_refused_before_anybody_is_asked_who_sends(client: FlaskClient) -> None:
    announced = {"CONTENT_LENGTH": str(100 * 1024 * 1024)}
    response = client.post("/v1/events", headers=JSON, environ_overrides=announced)
    assert response.status_code == 413


ONE = json.dumps(a_void(1, "x")).encode()
PACKINGS: dict[str, tuple[str, Callable[[], bytes], int]] = {
    "gzip": ("gzip", lambda: gzip.compress(ONE), 202),
    "capital letters": ("GZIP", lambda: gzip.compress(ONE), 202),
    "identity": ("identity", lambda: ONE, 202),
    "one byte over the limit": ("gzip", lambda: gzip.compress(b" " * (LARGEST + 1)), 413),
    "a bomb": ("gzip", lambda: gzip.compress(b" " * (20 * LARGEST)), 413),
    "cut off": ("gzip", lambda: gzip.compress(ONE)[:-5], 400),
    "not packed": ("gzip", lambda: ONE, 400),
    "two in one": ("gzip", lambda: gzip.compress(ONE) * 2, 400),
    "brotli": ("br", lambda: gzip.compress(ONE), 415),
    "twice": ("gzip, gzip", lambda: gzip.compress(gzip.compress(ONE)), 415),
}


@pytest.mark.parametrize(("encoding", "body", "status"), PACKINGS.values(), ids=PACKINGS)
def test_a_packed_body_is_unpacked_within_the_limit(
    client: FlaskClient, sender: dict[str, str], encoding: str, body: Callable[[], bytes], status: int
) -> None:
    assert post(client, sender | {"Content-Encoding": encoding}, body()).status_code == status


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
    response = client.get("/v1/events?source=crm", headers=sender)
    assert response.status_code == 422
    assert [found["pointer"] for found in response.get_json()["errors"]] == ["#query/external_id"]


def test_the_raw_request_is_kept_with_its_hash(client: FlaskClient, sender: dict[str, str], runtime: Runtime) -> None:
    body = json.dumps(a_void(1, "x")).encode()
    post(client, sender, body)
    with runtime.reading() as session:
        row = session.execute(select(delivery)).one()
    assert (row.body, row.body_hash, row.items) == (body, sha256(body).hexdigest(), 1)
