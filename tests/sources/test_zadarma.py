"""Zadarma: calls on the clock of the exchange, a signature of its own making, and forms that are crooked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest

from service.domain.event import QuarantineReason
from service.domain.source import SourceKind
from service.sources.adapter import Account, read_message
from service.sources.zadarma import ADAPTER, is_signed
from tests.vendors import RECEIVED, SAMPLES, derived, fixture, message, reasons, recorded, the_event

KIND = SourceKind.ZADARMA
INCOMING = dict(parse_qsl(fixture(KIND, "NOTIFY_END.form.txt").decode()))
BUSY = dict(parse_qsl(fixture(KIND, "NOTIFY_OUT_END-busy.form.txt").decode()))
PARTS = fixture(KIND, "NOTIFY_END.multipart.txt")
VECTORS = SAMPLES / "signature_vectors.json"


def test_an_incoming_call_is_of_the_extension_that_took_it() -> None:
    event = the_event(derived(KIND, INCOMING))
    assert (event.type, event.external_id, event.subject) == ("call.ended", "NOTIFY_END:in_0001", "101")
    assert (event.data["direction"], event.data["answered"], event.data["talk_s"]) == ("in", True, 95)
    assert event.occurred_at == datetime(2026, 11, 23, 11, 1, 35, tzinfo=UTC)


def test_a_busy_line_is_no_conversation() -> None:
    event = the_event(derived(KIND, BUSY))
    assert (event.data["direction"], event.data["answered"], event.data["talk_s"]) == ("out", False, 0)


def test_the_times_are_those_of_the_clock_of_the_source() -> None:
    event = the_event(derived(KIND, INCOMING, timezone="Europe/London"))
    assert event.occurred_at == datetime(2026, 11, 23, 13, 1, 35, tzinfo=UTC)


def test_without_a_clock_a_call_waits() -> None:
    account = Account("phone", "", "key")
    (change,) = read_message(ADAPTER, message(fixture(KIND, "NOTIFY_END.form.txt")), account).changes
    assert change.refusal is not None
    assert change.refusal.reason is QuarantineReason.SCHEMA_VIOLATION


@pytest.mark.parametrize(
    ("start", "instant", "doubt"),
    [
        ("2026-03-29 03:30:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "gap"),
        ("2026-10-25 03:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "fold"),
        ("2026-10-25 05:00:00", datetime(2026, 10, 25, 3, 0, tzinfo=UTC), None),
    ],
)
def test_an_hour_that_was_skipped_or_came_twice_is_settled_and_flagged(
    start: str, instant: datetime, doubt: str | None
) -> None:
    event = the_event(derived(KIND, INCOMING | {"call_start": start, "duration": "0"}))
    assert event.occurred_at == instant
    assert event.data.get("clock_change") == doubt


def test_the_same_call_sent_again_is_the_same_event() -> None:
    again = dict(reversed(INCOMING.items())) | {"is_recorded": "0"}
    assert the_event(derived(KIND, again)) == the_event(derived(KIND, INCOMING))


@pytest.mark.parametrize(
    "name", ["NOTIFY_START", "NOTIFY_INTERNAL", "NOTIFY_ANSWER", "NOTIFY_OUT_START", "NOTIFY_RECORD"]
)
def test_the_steps_of_a_call_count_nothing(name: str) -> None:
    assert derived(KIND, INCOMING | {"event": name}).derived == ()


def test_a_notification_we_have_no_word_for_waits() -> None:
    result = derived(KIND, INCOMING | {"event": "NOTIFY_TELEPATHY"})
    assert reasons(result) == [QuarantineReason.UNMAPPED_TYPE]
    assert the_event(result).external_id == "NOTIFY_TELEPATHY:in_0001"


@pytest.mark.parametrize("fields", [{"duration": "an hour"}, {"disposition": ""}, {"call_start": "yesterday"}])
def test_a_call_that_makes_no_sense_waits(fields: dict[str, str]) -> None:
    result = derived(KIND, INCOMING | fields)
    assert reasons(result) == [QuarantineReason.SCHEMA_VIOLATION]
    assert the_event(result).external_id == "NOTIFY_END:in_0001"


def test_parts_under_another_boundary_than_promised_are_read_and_wait() -> None:
    sent = message(PARTS, {"content-type": "multipart/form-data; boundary=promised"})
    (change,) = read_message(ADAPTER, sent, Account("phone", "Europe/Sofia", "key")).changes
    assert change.identity == "NOTIFY_END:in_0003"
    assert change.refusal is not None
    assert change.refusal.reason is QuarantineReason.ADAPTER_ERROR


def test_parts_under_the_promised_boundary_are_a_call() -> None:
    sent = message(PARTS, {"content-type": 'multipart/form-data; boundary="real-boundary"'})
    (change,) = read_message(ADAPTER, sent, Account("phone", "Europe/Sofia", "key")).changes
    assert change.refusal is None
    assert change.fields["talk_s"] == 95


def test_a_body_that_promises_parts_and_has_none_waits() -> None:
    sent = message(b"junk", {"content-type": "multipart/form-data; boundary=x"})
    (change,) = read_message(ADAPTER, sent, Account("phone", "Europe/Sofia", "key")).changes
    assert change.refusal is not None
    assert change.refusal.reason is QuarantineReason.ADAPTER_ERROR


@pytest.mark.parametrize("body", [fixture(KIND, "NOTIFY_END.form.txt"), PARTS], ids=["form", "parts"])
def test_no_number_is_kept(body: bytes) -> None:
    kept = ADAPTER.mask(body)
    assert b"888123456" not in kept
    assert b"answered" in kept


def test_parts_that_cannot_be_taken_apart_are_hidden_as_a_whole() -> None:
    assert ADAPTER.mask(b"--x\r\nno name here\r\n\r\n+359888123456") == b"***"


@pytest.mark.skipif(not VECTORS.exists(), reason="the recorded signatures are not here")
def test_the_signature_is_the_base64_of_the_hexadecimal() -> None:
    (vector,) = [item for item in json.loads(VECTORS.read_text()) if item["scheme"].startswith("zadarma")]
    (sample,) = recorded("zadarma-*.form.txt")
    sent = message(sample.read_bytes(), {"Signature": vector["computed"]})
    assert is_signed(sent, vector["secret"], RECEIVED)
    assert not is_signed(sent, "another", RECEIVED)
    forged = message(sample.read_bytes().replace(b"internal=100", b"internal=101"), {"Signature": vector["computed"]})
    assert not is_signed(forged, vector["secret"], RECEIVED)


def test_the_recorded_call_has_no_id_and_waits() -> None:
    for path in recorded("zadarma-*.form.txt"):
        one, other = derived(KIND, path.read_bytes()), derived(KIND, path.read_bytes())
        assert reasons(one) == [QuarantineReason.WEAK_IDENTITY]
        assert the_event(one).external_id == the_event(other).external_id


@pytest.mark.parametrize("shown", ["", "garbage", "é", "A" * 20_000])
def test_garbage_for_a_signature_is_no_signature(shown: str) -> None:
    for body in (b"", b"event=NOTIFY_END", b"event=UNKNOWN", b"event[x]=1&call_start[y]=2", PARTS):
        assert not is_signed(message(body, {"signature": shown}), "s3cr3t", RECEIVED)
