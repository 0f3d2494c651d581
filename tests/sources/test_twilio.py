"""Twilio: a call counts by its final status, and its signature proves the address and every field."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from service.domain.event import QuarantineReason
from service.domain.source import SourceKind
from service.sources.adapter import Message
from service.sources.twilio import ADAPTER, is_signed
from tests.vendors import RECEIVED, SAMPLES, derived, fixture, reasons, recorded, the_event

KIND = SourceKind.TWILIO
SPOKEN = dict(parse_qsl(fixture(KIND, "completed-outbound.form.txt").decode()))
MISSED = dict(parse_qsl(fixture(KIND, "no-answer-inbound.form.txt").decode(), keep_blank_values=True))
VECTORS = SAMPLES.parent / "crm" / "signature_vectors.json"


def test_the_seconds_are_those_of_the_call_and_not_of_the_bill() -> None:
    event = the_event(derived(KIND, SPOKEN))
    assert (event.type, event.subject) == ("call.ended", "+35924001000")
    assert (event.data["talk_s"], event.data["answered"], event.data["direction"]) == (95, True, "out")
    assert event.external_id == "CA0000000000000000000000000000beef:completed:3"
    assert event.occurred_at == datetime(2026, 11, 23, 11, 1, 35, tzinfo=UTC)


def test_a_call_that_nobody_took_has_no_time_spoken() -> None:
    event = the_event(derived(KIND, MISSED))
    assert (event.data["talk_s"], event.data["answered"], event.data["direction"]) == (0, False, "in")
    assert event.subject == "client:ann"


@pytest.mark.parametrize("status", ["busy", "failed", "canceled", "no-answer"])
def test_only_a_completed_call_was_answered(status: str) -> None:
    event = the_event(derived(KIND, SPOKEN | {"CallStatus": status}))
    assert (event.data["answered"], event.data["talk_s"]) == (False, 0)


@pytest.mark.parametrize(
    ("told", "ours", "callee", "direction", "subject"),
    [
        ("inbound", "client:ann", "+359888123456", "out", "client:ann"),
        ("outbound-dial", "+359888123456", "sip:bob@pbx", "in", "sip:bob@pbx"),
        ("outbound-dial", "+359888123456", "+359888654321", "out", None),
        ("inbound", "+359888123456", "+35924001000", "in", "+35924001000"),
    ],
)
def test_the_side_that_is_ours_says_which_way_a_call_went(
    told: str, ours: str, callee: str, direction: str, subject: str | None
) -> None:
    event = the_event(derived(KIND, SPOKEN | {"Direction": told, "From": ours, "To": callee}))
    assert (event.data["direction"], event.subject) == (direction, subject)


def test_a_call_under_way_counts_nothing() -> None:
    assert derived(KIND, fixture(KIND, "in-progress.form.txt")).derived == ()


def test_a_call_of_test_numbers_never_pays() -> None:
    assert reasons(derived(KIND, SPOKEN | {"To": "+15005550006"})) == [QuarantineReason.TEST_EVENT]


@pytest.mark.parametrize(
    "fields",
    [{"CallStatus": "delighted"}, {"CallDuration": "long"}, {"CallDuration": "1" * 40}, {"Timestamp": "23rd"}],
)
def test_a_call_that_makes_no_sense_waits(fields: dict[str, str]) -> None:
    assert reasons(derived(KIND, SPOKEN | fields)) == [QuarantineReason.SCHEMA_VIOLATION]


def test_a_body_without_a_call_waits() -> None:
    assert reasons(derived(KIND, b"nothing")) == [QuarantineReason.ADAPTER_ERROR]


def test_no_number_is_kept() -> None:
    body = urlencode(SPOKEN | {"CallerName": "JOHN DOE"}).encode()
    kept = ADAPTER.mask(body)
    assert b"888123456" not in kept
    assert b"JOHN" not in kept
    assert "888123456" not in str(the_event(derived(KIND, body)).data)


def test_the_recorded_call_was_a_test_of_twilios() -> None:
    for path in recorded("twilio-*.form.txt"):
        assert reasons(derived(KIND, path.read_bytes())) == [QuarantineReason.TEST_EVENT]


def vectors(scheme: str) -> list[dict[str, Any]]:
    return [item for item in json.loads(VECTORS.read_text()) if item["scheme"] == scheme] if VECTORS.exists() else []


def signed(vector: dict[str, Any], url: str, body: bytes, content_type: str) -> bool:
    headers = {"x-twilio-signature": vector["expected"], "content-type": content_type}
    return is_signed(Message(body, RECEIVED, headers, url), vector["secret"], RECEIVED)


@pytest.mark.skipif(not VECTORS.exists(), reason="the recorded signatures are not here")
@pytest.mark.parametrize("scheme", ["twilio-form", "twilio-form-duplicate-keys"])
def test_the_vendors_own_signatures_of_forms_are_right(scheme: str) -> None:
    for vector in vectors(scheme):
        told = vector["params"]
        pairs = list(told.items()) if isinstance(told, dict) else [(key, value) for key, value in told]
        body, url = urlencode(pairs).encode(), vector["uri"]
        form = "application/x-www-form-urlencoded"
        assert signed(vector, url, body, form)
        # The signed address may have the port that ours lacks, or lack the one that ours has.
        assert signed(vector, url.replace(".com/", ".com:443/"), body, form)
        assert not signed(vector, url.replace(".com/", ".com:8443/"), body + b"&x=1", form)
        assert not signed(vector, url, body + b"&Digits=9", form)
        assert not signed(vector, url.replace("foo=1", "foo=2"), body, form)


@pytest.mark.skipif(not VECTORS.exists(), reason="the recorded signatures are not here")
def test_the_vendors_own_signature_of_a_json_body_is_right() -> None:
    (vector,) = vectors("twilio-json-bodySHA256")
    body, url = vector["body"].encode(), vector["uri"]
    assert signed(vector, url, body, "application/json")
    assert not signed(vector, url, body + b" ", "application/json")


def test_a_json_body_without_its_hash_in_the_address_proves_nothing() -> None:
    url = "https://pay.example/v1/hooks/t"
    headers = {"x-twilio-signature": "GvWf1cFY/Q7PnoempGyD5oXAezc=", "content-type": "application/json"}
    assert not is_signed(Message(b"{}", RECEIVED, headers, url), "12345", RECEIVED)


@pytest.mark.parametrize("shown", ["", "garbage", "é" * 30, "A" * 20_000, "\0"])
@pytest.mark.parametrize(
    "url", ["https://pay.example/v1", "https://pay.example/?bodySHA256=%ff&[", "https://h:99999999/x", ""]
)
def test_garbage_for_a_signature_is_no_signature(shown: str, url: str) -> None:
    sent = Message(b"a=%ff&\x00", RECEIVED, {"x-twilio-signature": shown}, url)
    assert not is_signed(sent, "12345", RECEIVED)
