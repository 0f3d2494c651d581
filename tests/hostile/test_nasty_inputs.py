"""What a hostile or broken native sender is told by a real server on PostgreSQL: the required answer, and never 500."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests import rooms
from tests.journey.installation import Answer, Installation, ask, new_installation, serving, stimul

BATCH = "application/cloudevents-batch+json"


@pytest.fixture(scope="module")
def server(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, str]]:
    """A running installation with a native source that may send without pause, and the header of its key."""
    with rooms.database(postgres_server, f"stimul_test_hostile_{id(tmp_path_factory)}") as url:
        installation = new_installation(tmp_path_factory.mktemp("hostile"), url)
        stimul(installation, "sources", "add", "crm", "--kind", "native")
        stimul(installation, "sources", "set", "crm", "--requests-per-s", "1000")
        words = ("--name", "x", "--scope", "events:write", "--scope", "events:read", "--source", "crm")
        made = stimul(installation, "keys", "create", *words, "--format", "json")
        with serving(installation):
            yield installation, f"Bearer {json.loads(made)['key']}"


def send(server: tuple[Installation, str], body: object, kind: str | None = None, **headers: str) -> Answer:
    installation, key = server
    plain = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"Content_Type": kind} if kind is not None else {}
    return ask(installation, "POST", "/v1/events", plain, **{"Authorization": key} | named | headers)


def a_void(name: str, **changes: Any) -> dict[str, Any]:
    return {"id": name, "op": "void", "target": "t", "time": "2026-11-23T11:00:00Z"} | changes


def a_sale(name: str, amount: str = '"1500.00"') -> bytes:
    return (
        f'{{"id": "{name}", "type": "deal.won", "time": "2026-11-23T10:00:00Z", "subject": "u1", '
        f'"data": {{"deal_id": "8", "amount": {amount}, "currency": "EUR"}}}}'
    ).encode()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"id":"a","id":"b"}', 400, "duplicate_key"),
        (b'{"id": ' + b"9" * 5000 + b"}", 400, "number_out_of_range"),
        (b'{"amount": 1e400}', 400, "number_out_of_range"),
        (b'{"amount": NaN}', 400, "number_out_of_range"),
        (b'{"amount": -Infinity}', 400, "number_out_of_range"),
        (b"[" * 10_000 + b"]" * 10_000, 400, "too_deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400, "too_deep"),
        (b"\xff\xfe\xfa", 400, "invalid_encoding"),
        ('{"id": "a"}'.encode("utf-16"), 400, "invalid_encoding"),
        (b"", 400, "empty_body"),
        (b"null", 400, "not_an_event"),
        (b'"x"', 400, "not_an_event"),
        (b"{}", 422, "items_rejected"),
        (b" " * (5 * 2**20 + 1), 413, "body_too_large"),
        (a_sale("s1", '"NaN"'), 422, "items_rejected"),
        (a_sale("s2", '"1E+1000000"'), 422, "items_rejected"),
        (json.dumps(a_void("x" * 6000)).encode(), 422, "items_rejected"),
        (json.dumps(a_void("a\r\nb")).encode(), 422, "items_rejected"),
        (json.dumps(a_void("smile \U0001f600")).encode(), 422, "items_rejected"),
        (json.dumps(a_void("t1", time="2026-11-23T10:15:00")).encode(), 422, "items_rejected"),
        (json.dumps(a_void("t2", time="2026-11-23T24:00:00Z")).encode(), 422, "items_rejected"),
        (json.dumps(a_void("t3", time="0000-01-01T00:00:00Z")).encode(), 422, "items_rejected"),
    ],
    ids=lambda value: str(value)[:30] if not isinstance(value, int) else "",
)
def test_what_cannot_be_read_or_taken_is_refused_by_name(
    server: tuple[Installation, str], body: bytes, status: int, code: str
) -> None:
    answer = send(server, body)
    assert (answer.status, answer.json["code"]) == (status, code)


@pytest.mark.parametrize("name", ["../../etc/passwd", "'; DROP TABLE event; --", "<script>alert(1)</script>"])
def test_an_odd_name_is_kept_as_it_is(server: tuple[Installation, str], name: str) -> None:
    assert send(server, a_void(name)).json["results"][0]["status"] == "accepted"
    assert send(server, a_void(name)).json["results"][0]["status"] == "duplicate"


def test_an_empty_array_a_byte_order_mark_and_a_leap_second_are_taken(server: tuple[Installation, str]) -> None:
    assert (send(server, b"[]").status, send(server, b"[]").json["results"]) == (202, [])
    assert send(server, b"\xef\xbb\xbf" + json.dumps(a_void("bom")).encode()).status == 202
    assert send(server, a_void("leap", time="2016-12-31T23:59:60Z")).status == 202


def test_bad_texts_harm_no_other_event_of_the_batch(server: tuple[Installation, str]) -> None:
    body = (
        b'[{"id": "n1", "op": "void", "target": "a\\u0000b", "time": "2026-11-23T11:00:00Z"}, '
        + json.dumps(a_void("n2")).encode()
    )
    body += b', {"id": "n3", "type": "lead.rejected", "time": "2026-11-23T11:00:00Z", "data": {"reason": "\\ud800"}}]'
    answer = send(server, body)
    assert answer.status == 207
    assert [item["status"] for item in answer.json["results"]] == ["rejected", "accepted", "rejected"]


def test_a_far_future_waits_and_a_changed_amount_is_a_conflict(server: tuple[Installation, str]) -> None:
    future = json.loads(a_sale("f1")) | {"time": "2099-01-01T00:00:00Z"}
    assert send(server, future).json["results"][0]["reason"] == "future_time"
    send(server, a_sale("c1"))
    assert send(server, a_sale("c1", '"1500.0"')).json["results"][0]["status"] == "duplicate"
    changed = send(server, a_sale("c1", '"15000.00"'))
    assert (changed.status, changed.json["results"][0]["error"]["code"]) == (207, "content_mismatch")


def test_the_same_event_over_sixteen_connections_is_accepted_once(server: tuple[Installation, str]) -> None:
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: send(server, a_void("race")).json["results"][0], range(16)))
    assert sorted(answer["status"] for answer in answers) == ["accepted"] + ["duplicate"] * 15
    assert len({answer["receipt_id"] for answer in answers}) == 1


def test_a_full_batch_with_its_own_duplicate_and_three_old_ones(server: tuple[Installation, str]) -> None:
    send(server, [a_void(f"full-{number}") for number in range(3)])
    answer = send(server, [a_void(f"full-{number}") for number in range(999)] + [a_void("full-998")])
    assert (answer.status, answer.json["summary"]) == (202, {"duplicate": 4, "accepted": 996})


@pytest.mark.parametrize(
    ("kind", "status"),
    [("text/plain", 415), ("application/json; charset=utf-8", 202), ("APPLICATION/JSON", 202)],
)
def test_the_media_type_decides(server: tuple[Installation, str], kind: str, status: int) -> None:
    assert send(server, a_void("kind"), kind).status == status


def test_in_a_batch_of_cloudevents_one_without_an_id_is_rejected(server: tuple[Installation, str]) -> None:
    good = {"specversion": "1.0", "source": "crm", "type": "call.ended"} | a_void("ce-1")
    answer = send(server, [good, {name: value for name, value in good.items() if name != "id"}], BATCH)
    assert (answer.status, [item["status"] for item in answer.json["results"]]) == (207, ["accepted", "rejected"])


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (gzip.compress(b" " * 50_000_000), "gzip", 413),
        (gzip.compress(b"{}")[:-5], "gzip", 400),
        (gzip.compress(gzip.compress(b"{}")), "gzip", 415),
        (b"x", "br", 415),
        (b"x", "gzip, gzip", 415),
    ],
    ids=["bomb", "cut off", "twice", "brotli", "said twice"],
)
def test_packed_bodies(server: tuple[Installation, str], body: bytes, encoding: str, status: int) -> None:
    assert send(server, body, Content_Encoding=encoding).status == status


def test_a_body_without_an_announced_length_has_the_same_limit(server: tuple[Installation, str]) -> None:
    installation, key = server
    with socket.create_connection(("127.0.0.1", installation.port), timeout=30) as connection:
        connection.sendall(
            b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: "
            + key.encode()
            + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        try:
            for _ in range(6):
                connection.sendall(chunk)
            connection.sendall(b"0\r\n\r\n")
        except OSError:
            pass
        assert connection.recv(65536).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "signature", ["garbage", "", "v1,AAAA", " ".join(["v1,A"] * 20_000), "v1a,AAAA", "v1,\xe9\xe9"], ids=range(6)
)
def test_a_signature_that_is_none_is_refused(server: tuple[Installation, str], signature: str) -> None:
    installation, _ = server
    headers = {"webhook-id": "m", "webhook-timestamp": "1", "webhook-signature": signature}
    answer = ask(installation, "POST", "/v1/events?source=crm", b"{}", **headers)
    assert answer.status == 401
