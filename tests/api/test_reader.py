"""The body of a request: what is read, what is refused before it is, and that nothing is read beyond its limit."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.application import Keys

JSON = {"Content-Type": "application/json"}
ONE = json.dumps({"id": "v1", "op": "void", "target": "x", "time": "2026-11-23T11:00:00Z"}).encode()


@pytest.fixture
def sender(keys: Keys) -> dict[str, str]:
    """The headers of a native sender."""
    return keys("events:write", source="crm") | JSON


def post(client: FlaskClient, sender: dict[str, str], body: bytes) -> TestResponse:
    return client.post("/v1/events", data=body, headers=sender)


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
    assert post(client, sender, b"\xef\xbb\xbf" + ONE).status_code == 202


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
    assert post(client, headers, ONE).status_code == status


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
