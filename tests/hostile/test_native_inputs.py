"""Nasty messages to /v1/events, each with exactly the answer the design asks for, from a real server on PostgreSQL."""

from __future__ import annotations

import gzip
import json
import socket
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest

from service.runtime import system_clock
from tests.hostile.conftest import Target, a_moment_ago
from tests.hostile.messages import PAYMENT, a_payment, one, refused, results
from tests.journey.installation import ANSWER_TIMEOUT_S, stimul_here, until


def test_01_the_same_event_over_sixteen_connections_is_accepted_once(target: Target) -> None:
    event = a_payment("race")
    with ThreadPoolExecutor(16) as threads:
        told = list(threads.map(lambda _: results(target.send(event))[0], range(16)))
    assert sorted(item["status"] for item in told) == ["accepted"] + ["duplicate"] * 15
    assert len({item["receipt_id"] for item in told}) == 1
    assert len(target.rows("SELECT 1 FROM event WHERE external_id = 'race'")) == 1


def test_02_a_batch_with_its_own_duplicate_and_three_old_ones_takes_the_rest(target: Target) -> None:
    old = [a_payment(f"b2-{number}") for number in range(3)]
    assert target.send(old).status == 202
    new = [a_payment(f"b2-{number}") for number in range(3, 999)]
    answer = target.send([*old, *new, new[-1]])
    assert (answer.status, answer.json["summary"]) == (202, {"accepted": 996, "duplicate": 4})


def test_03_the_same_id_with_another_amount_is_kept_as_a_conflict_and_never_counts(target: Target) -> None:
    first = a_payment("c3", "1500.00")
    target.send(first)
    before = target.rows("SELECT * FROM fact ORDER BY 1, 2, 3, 4")
    answer = target.send(first | {"data": {**PAYMENT, "amount": "15000.00"}})
    [item] = results(answer)
    assert (answer.status, item["status"], item["retryable"]) == (207, "conflict", False)
    assert item["error"]["code"] == "content_mismatch"
    assert target.rows("SELECT 1 FROM event_conflict WHERE external_id = 'c3'") == [(1,)]
    assert target.rows("SELECT * FROM fact ORDER BY 1, 2, 3, 4") == before
    assert target.send(b"", "/readyz", "GET").json["conflicts"] >= 1


def test_04_other_order_and_spelling_of_the_same_is_a_duplicate(target: Target) -> None:
    first = a_payment("d4", "1500.0")
    target.send(first)
    again = dict(reversed([*(first | {"data": {**PAYMENT, "amount": "1500.00"}}).items()]))
    assert one(target.send(again)) == (202, "duplicate", "")


def test_09_a_void_before_its_event_leaves_nothing_of_it(target: Target) -> None:
    before = target.rows("SELECT * FROM fact ORDER BY 1, 2, 3, 4")
    void = {"id": "v9", "op": "void", "target": "e9", "time": a_moment_ago()}
    assert one(target.send(void)) == (202, "accepted", "")
    assert one(target.send(a_payment("e9"))) == (202, "accepted", "")
    assert target.rows("SELECT * FROM fact ORDER BY 1, 2, 3, 4") == before


@pytest.mark.parametrize("ahead", [timedelta(minutes=10), timedelta(days=365 * 73)])
def test_13_what_has_not_happened_yet_waits(target: Target, ahead: timedelta) -> None:
    name = f"f13-{ahead.days}"
    answer = target.send(a_payment(name, time=(system_clock() + ahead).isoformat()))
    assert one(answer) == (207, "quarantined", "future_time")
    assert target.is_stored(name)


@pytest.mark.parametrize(
    "wrong", ["2026-11-02T10:00:00", "2026-11-02T24:00:00Z", "0000-01-01T00:00:00Z", "yesterday", 5]
)
def test_14_a_time_that_is_none_is_rejected_and_keeps_nothing(target: Target, wrong: object) -> None:
    assert one(target.send(a_payment("t14", time=wrong))) == (422, "rejected", "invalid_time")
    assert not target.is_stored("t14")


def test_14_a_leap_second_is_the_last_instant_of_its_minute(target: Target) -> None:
    assert one(target.send(a_payment("t14-leap", time="2026-11-02T23:59:60Z"))) == (202, "accepted", "")
    [(document,)] = target.rows("SELECT document FROM event WHERE external_id = 't14-leap'")
    assert "2026-11-02T23:59:59.999999" in str(document)


def test_16_an_unknown_user_waits_and_counts_by_itself_when_the_alias_appears(target: Target) -> None:
    answer = target.send(a_payment("u16", subject="u16"))
    assert one(answer) == (207, "quarantined", "unresolved_subject")
    row = "person_id,name,hired_on,starts_on,role,grade,fixed_salary,soft_salary,aliases\n"
    (target.installation.directory / "u16.csv").write_text(
        row + "u16,Uma,2025-01-01,2025-01-01,closer,middle,1,1,crm=u16\n"
    )
    stimul_here(target.installation, "people", "import", "u16.csv")

    def counts() -> bool:
        return bool(target.rows("SELECT 1 FROM fact WHERE person_id = 'u16'"))

    until(counts, "the event counts for its person")


BODIES = {
    "17 duplicate keys": (b'{"id":"a","id":"b"}', 400, "duplicate_key"),
    "18 5,000 digits": (b'{"id":"a","version":' + b"9" * 5000 + b"}", 400, "number_out_of_range"),
    "18 1e400": (b'{"id":"a","data":{"amount":1e400}}', 400, "number_out_of_range"),
    "19 NaN": (b'{"id":"a","data":{"amount":NaN}}', 400, "number_out_of_range"),
    "19 Infinity": (b'{"id":"a","data":{"amount":-Infinity}}', 400, "number_out_of_range"),
    "21 10,000 arrays": (b"[" * 10_000 + b"]" * 10_000, 400, "too_deep"),
    "21 100,000 objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400, "too_deep"),
    "23 bad UTF-8": (b'{"id":"\xff"}', 400, "invalid_encoding"),
    "23 UTF-16": ('{"id":"a"}'.encode("utf-16"), 400, "invalid_encoding"),
    "25 empty": (b"", 400, "empty_body"),
    "25 null": (b"null", 400, "not_an_event"),
    "25 a text": (b'"x"', 400, "not_an_event"),
}


@pytest.mark.parametrize("name", BODIES)
def test_17_to_25_a_body_that_cannot_be_read_is_refused_and_nothing_is_kept(target: Target, name: str) -> None:
    body, status, code = BODIES[name]
    before = target.deliveries()
    began = time.monotonic()
    answer = target.send(body)
    assert time.monotonic() - began < 5, "ten times what the slowest takes on a busy machine"
    assert refused(answer) == (status, code)
    assert target.deliveries() == before


def test_18_an_exponent_in_a_text_is_no_amount(target: Target) -> None:
    status, state, _ = one(target.send(a_payment("n18", "1E+1000000")))
    assert (status, state) == (422, "rejected")


@pytest.mark.parametrize("wrong", ["NaN", "Infinity", "-Infinity", "-5.00", "1,5", ""])
def test_19_and_20_a_text_that_is_no_amount_is_rejected(target: Target, wrong: str) -> None:
    status, state, _ = one(target.send(a_payment("n19", wrong)))
    assert (status, state, target.is_stored("n19")) == (422, "rejected", False)


def test_20_a_number_is_taken_from_its_text_and_never_through_a_float(target: Target) -> None:
    body = json.dumps(a_payment("n20", 0)).replace('"amount": 0', '"amount": 0.1').encode()
    assert one(target.send(body)) == (202, "accepted", "")
    [(document,)] = target.rows("SELECT document FROM event WHERE external_id = 'n20'")
    assert json.loads(str(document))["data"]["amount"] in {"0.1", "0.10"}


@pytest.mark.parametrize("wrong", ["a\\u0000b", "a\\ud800b"])
def test_22_a_text_no_database_takes_is_rejected_alone(target: Target, wrong: str) -> None:
    good = json.dumps(a_payment("t22-" + wrong.strip("\\"))).encode()
    bad = json.dumps(a_payment("t22-bad", "1.00", subject="SUBJECT")).replace("SUBJECT", wrong).encode()
    answer = target.send(b"[" + bad + b"," + good + b"]")
    assert (answer.status, [item["status"] for item in results(answer)]) == (207, ["rejected", "accepted"])
    assert results(answer)[0]["error"]["code"] == "invalid_text"


def test_23_a_byte_order_mark_is_no_part_of_the_message(target: Target) -> None:
    body = b"\xef\xbb\xbf" + json.dumps(a_payment("t23")).encode()
    assert one(target.send(body)) == (202, "accepted", "")


@pytest.mark.parametrize("wrong", ["x" * 6000, "x" * 256, "smile-\N{GRINNING FACE}", "a\r\nb", ""])
def test_24_an_id_that_no_log_could_carry_is_rejected(target: Target, wrong: str) -> None:
    assert one(target.send(a_payment(wrong)))[:2] == (422, "rejected")


@pytest.mark.parametrize("odd", ["../../etc/passwd", "'; DROP TABLE event; --", "<script>alert(1)</script>", "x" * 255])
def test_24_an_id_that_only_looks_dangerous_is_kept_as_it_is(target: Target, odd: str) -> None:
    assert one(target.send(a_payment(odd))) == (202, "accepted", "")
    assert target.is_stored(odd)


def test_25_nothing_and_less_than_an_event(target: Target) -> None:
    empty = target.send([])
    assert (empty.status, results(empty)) == (202, [])
    assert one(target.send({}))[:2] == (422, "rejected")


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("", 415), ("text/plain", 415), ("application/json; charset=utf-8", 202), ("APPLICATION/JSON", 202)],
)
def test_26_the_media_type_is_read_as_the_standard_says(target: Target, content_type: str, status: int) -> None:
    assert target.send(a_payment(f"m26-{content_type}"), Content_Type=content_type).status == status


def test_27_a_cloud_event_without_an_id_is_rejected_and_never_given_one(target: Target) -> None:
    good = {
        "specversion": "1.0",
        "id": "ce27",
        "source": "crm",
        "type": "payment.received",
        "time": a_moment_ago(),
        "subject": "ann",
        "data": {**PAYMENT, "amount": "1.00"},
    }
    bad = {key: value for key, value in good.items() if key != "id"}
    answer = target.send([good, bad], Content_Type="application/cloudevents-batch+json")
    assert (answer.status, [item["status"] for item in results(answer)]) == (207, ["accepted", "rejected"])


def packed() -> dict[str, tuple[bytes, str, int]]:
    """Bodies that are packed in ways nobody should send, with the status of the answer."""
    plain = json.dumps(a_payment("z29")).encode()
    bomb = zlib.compressobj(9, wbits=31)
    zeros = bomb.compress(b"[" + b" " * (64 * 1024 * 1024)) + bomb.flush()
    return {
        "bomb": (zeros, "gzip", 413),
        "truncated": (gzip.compress(plain)[:-12], "gzip", 400),
        "brotli": (plain, "br", 415),
        "twice": (gzip.compress(gzip.compress(plain)), "gzip, gzip", 415),
        "once": (gzip.compress(plain), "gzip", 202),
    }


@pytest.mark.parametrize("name", ["bomb", "truncated", "brotli", "twice", "once"])
def test_29_a_packed_body_is_unpacked_once_and_within_bounds(target: Target, name: str) -> None:
    body, encoding, status = packed()[name]
    assert target.send(body, Content_Encoding=encoding).status == status


def test_28_a_body_over_the_limit_is_refused_with_and_without_its_length(target: Target) -> None:
    assert target.send(b" " * (5 * 2**20 + 1)).status == 413
    assert target.send(b"{}", Content_Length=str(100 * 2**20)).status == 413, "before any of it is sent"
    with socket.create_connection(("127.0.0.1", target.installation.port), timeout=ANSWER_TIMEOUT_S) as connection:
        connection.sendall(
            b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer "
            + target.key.encode()
            + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        # The server may answer and close before it has read all of it.
        with suppress(OSError):
            for _ in range(6):
                connection.sendall(chunk)
            connection.sendall(b"0\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 413")
