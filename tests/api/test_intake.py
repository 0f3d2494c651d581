"""The formats of `POST /v1/events`, packed bodies, and trials."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.runtime import Runtime
from tests.sending import JSON, a_call, a_void, count_stored, post, states

LINES = {"Content-Type": "application/x-ndjson"}
BATCH = {"Content-Type": "application/cloudevents-batch+json; charset=UTF-8"}


def as_cloudevent(native: dict[str, Any]) -> dict[str, Any]:
    return {"specversion": "1.0", "source": "crm", "type": "call.ended"} | native


def test_lines_are_taken_one_by_one_and_a_broken_one_harms_no_other(
    client: FlaskClient, native_sender: dict[str, str], runtime: Runtime
) -> None:
    body = b"\xef\xbb\xbf" + b"\n".join(
        [
            json.dumps(a_void(1)).encode(),
            b"",
            b'{"id": ',
            b'{"id": "a", "id": "b"}',
            json.dumps(a_void(2)).encode(),
            b"",
        ]
    )
    answer = post(client, body, native_sender, LINES)
    assert answer.status_code == 207
    assert states(answer) == ["accepted", "rejected", "rejected", "accepted"]
    errors = [item["error"] for item in answer.get_json()["results"] if "error" in item]
    assert [(error["code"], error["pointer"]) for error in errors] == [("not_json", "/1"), ("duplicate_key", "/2")]
    assert count_stored(runtime) == 2


@pytest.mark.parametrize("body", [b"", b"\n \n", json.dumps(a_void(1)).encode("utf-16"), b"\xff\xfe"])
def test_lines_without_an_event_or_in_another_encoding_are_refused(
    client: FlaskClient, native_sender: dict[str, str], body: bytes
) -> None:
    assert post(client, body, native_sender, LINES).status_code == 400


def test_a_thousand_and_one_lines_are_too_many(client: FlaskClient, native_sender: dict[str, str]) -> None:
    answer = post(client, b"{}\n" * 1001, native_sender, LINES)
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too_many_items")


@pytest.mark.parametrize("kind", ["application/cloudevents+json", "Application/CloudEvents+JSON; charset=utf-8"])
def test_a_structured_cloudevent_is_the_event_it_tells_of(
    client: FlaskClient, native_sender: dict[str, str], kind: str
) -> None:
    first = post(client, as_cloudevent(a_void(1)), native_sender, {"Content-Type": kind})
    again = post(client, a_void(1) | {"type": "call.ended"}, native_sender, JSON)
    assert (states(first), states(again)) == (["accepted"], ["duplicate"])


def test_a_cloudevent_called_plain_json_is_known_by_its_specversion(
    client: FlaskClient, native_sender: dict[str, str]
) -> None:
    assert (
        states(post(client, [as_cloudevent(a_void(1)), as_cloudevent(a_void(2))], native_sender, JSON))
        == ["accepted"] * 2
    )


def test_of_a_batch_the_one_without_an_id_is_rejected_and_none_is_invented(
    client: FlaskClient, native_sender: dict[str, str]
) -> None:
    nameless = {name: value for name, value in as_cloudevent(a_void(2)).items() if name != "id"}
    answer = post(client, [as_cloudevent(a_void(1)), nameless], native_sender, BATCH)
    assert answer.status_code == 207
    assert states(answer) == ["accepted", "rejected"]
    assert answer.get_json()["results"][1]["error"]["pointer"] == "/1/id"


def test_an_empty_batch_is_taken(client: FlaskClient, native_sender: dict[str, str]) -> None:
    answer = post(client, [], native_sender, BATCH)
    assert (answer.status_code, states(answer)) == (202, [])


def test_a_batch_is_an_array_and_a_structured_event_is_none(client: FlaskClient, native_sender: dict[str, str]) -> None:
    assert post(client, as_cloudevent(a_void(1)), native_sender, BATCH).status_code == 400
    structured = {"Content-Type": "application/cloudevents+json"}
    assert post(client, [as_cloudevent(a_void(1))], native_sender, structured).status_code == 400


def test_in_binary_mode_headers_are_the_event(client: FlaskClient, native_sender: dict[str, str]) -> None:
    headers = {
        "ce-specversion": "1.0",
        "ce-id": "void-1",
        "ce-source": "crm",
        "ce-type": "call.ended",
        "ce-op": "void",
        "ce-target": "call-1",
        "ce-time": "2026-11-23T11:00:00Z",
    }
    assert states(post(client, b"", native_sender, headers)) == ["accepted"]
    assert states(post(client, as_cloudevent(a_void(1)), native_sender, JSON)) == ["duplicate"]


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/cloudevents+avro", "application/json; charset=utf-16"]
)
def test_another_media_type_is_refused(client: FlaskClient, native_sender: dict[str, str], kind: str | None) -> None:
    answer = post(client, a_void(1), native_sender, {} if kind is None else {"Content-Type": kind})
    assert (answer.status_code, answer.get_json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (gzip.compress(json.dumps(a_void(1)).encode()), "gzip", 202),
        (gzip.compress(b" " * 6_000_000), "gzip", 413),
        (gzip.compress(json.dumps(a_void(1)).encode())[:-9], "gzip", 400),
        (gzip.compress(gzip.compress(json.dumps(a_void(1)).encode())), "gzip", 415),
        (b"x", "gzip, gzip", 415),
        (b"x", "br", 415),
    ],
    ids=["packed", "bomb", "cut off", "twice", "said twice", "brotli"],
)
def test_packed_bodies(
    client: FlaskClient, native_sender: dict[str, str], body: bytes, encoding: str, status: int
) -> None:
    assert post(client, body, native_sender, JSON, {"Content-Encoding": encoding}).status_code == status


def test_a_trial_answers_as_the_sending_would_and_keeps_nothing(
    client: FlaskClient, native_sender: dict[str, str], runtime: Runtime
) -> None:
    batch = [a_void(1), a_void(1), a_call(3), {"id": "x"}]
    tried = post(client, batch, native_sender, JSON, path="/v1/events:validate")
    assert tried.status_code == 200
    assert states(tried) == ["accepted", "duplicate", "quarantined", "rejected"]
    assert count_stored(runtime) == 0
    sent = post(client, batch, native_sender, JSON)
    assert [leave_times(item) for item in sent.get_json()["results"]] == [
        leave_times(item) for item in tried.get_json()["results"]
    ]
    assert count_stored(runtime) == 2
    again = post(client, batch, native_sender, JSON, path="/v1/events:validate")
    assert states(again) == ["duplicate", "duplicate", "duplicate", "rejected"]


def leave_times(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if not name.endswith("_at")}
