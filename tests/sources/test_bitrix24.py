"""Bitrix24: calls become events, bare ids wait, and nothing secret is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import MalformedError
from service.domain.event import Event, QuarantineReason
from service.domain.source import Source, SourceKind, secret_hash
from service.sources.bitrix24 import Message, read_message

SOURCE = Source("bitrix", SourceKind.BITRIX24, datetime(2026, 1, 1, tzinfo=UTC), token_hash=secret_hash("token-one"))
RECEIVED = datetime(2026, 11, 23, 12, tzinfo=UTC)
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "crm"

CALL = {
    "event": "ONVOXIMPLANTCALLEND",
    "data[CALL_ID]": "call.77",
    "data[CALL_TYPE]": "1",
    "data[PHONE_NUMBER]": "+359888123456",
    "data[PORTAL_USER_ID]": "12",
    "data[CALL_DURATION]": "95",
    "data[CALL_START_DATE]": "2026-11-23T13:00:00+02:00",
    "data[CALL_FAILED_CODE]": "200",
    "ts": "1795431700",
    "auth[application_token]": "token-one",
    "auth[access_token]": "very-secret",
    "auth[member_id]": "m1",
}


def read(fields: Mapping[str, str]) -> Message:
    return read_message(urlencode(fields).encode(), SOURCE, RECEIVED)


def event_of(message: Message) -> Event:
    assert message.item.event is not None
    return message.item.event


def reason_of(message: Message) -> QuarantineReason | None:
    return message.item.quarantine.reason if message.item.quarantine else None


def test_an_answered_call_is_an_event_of_whoever_spoke() -> None:
    message = read(CALL)
    event = event_of(message)
    assert (event.type, event.external_id, event.subject) == ("call.ended", "call.77", "12")
    assert event.occurred_at == datetime(2026, 11, 23, 11, 1, 35, tzinfo=UTC)
    assert event.data["direction"] == "out"
    assert event.data["answered"] is True
    assert event.data["talk_s"] == 95
    assert event.data["started_at"] == "2026-11-23T11:00:00+00:00"
    assert reason_of(message) is None
    assert message.token == "token-one"


def test_a_call_nobody_answered_has_no_talk() -> None:
    event = event_of(read(CALL | {"data[CALL_FAILED_CODE]": "304", "data[CALL_DURATION]": "17"}))
    assert event.data["answered"] is False
    assert event.data["talk_s"] == 0


@pytest.mark.parametrize(("kind", "direction"), [("1", "out"), ("2", "in"), ("3", "in"), ("4", "out")])
def test_the_kind_of_a_call_gives_its_direction(kind: str, direction: str) -> None:
    assert event_of(read(CALL | {"data[CALL_TYPE]": kind})).data["direction"] == direction


@pytest.mark.parametrize(
    "change",
    [
        {"data[CALL_START_DATE]": "2026-11-23 13:00:00"},
        {"data[CALL_DURATION]": "-5"},
        {"data[CALL_DURATION]": "9" * 30},
        {"data[CALL_TYPE]": "9"},
    ],
)
def test_a_call_that_is_not_as_documented_waits(change: dict[str, str]) -> None:
    message = read(CALL | change)
    assert reason_of(message) is QuarantineReason.SCHEMA_VIOLATION
    assert event_of(message).external_id == "call.77"


def test_the_same_call_has_the_same_identity_whenever_it_is_sent() -> None:
    again = read(CALL | {"ts": "1795439999", "auth[access_token]": "another"})
    assert event_of(again) == event_of(read(CALL))


def test_neither_tokens_nor_numbers_are_kept() -> None:
    for body in (urlencode(CALL).encode(), json.dumps({"auth": {"access_token": "very-secret"}}).encode()):
        message = read_message(body, SOURCE, RECEIVED)
        for secret in (b"very-secret", b"token-one", b"359888123456"):
            assert secret not in message.masked
        assert "359888123456" not in str(message.item)


def test_equal_numbers_have_equal_hashes_within_a_source_alone() -> None:
    one, other = event_of(read(CALL)), event_of(read(CALL | {"data[PHONE_NUMBER]": "359 888 12-34-56"}))
    assert one.data["number_hash"] == other.data["number_hash"]
    elsewhere = Source("b2", SourceKind.BITRIX24, SOURCE.created_at, token_hash=secret_hash("token-two"))
    message = read_message(urlencode(CALL).encode(), elsewhere, RECEIVED)
    assert event_of(message).data["number_hash"] != one.data["number_hash"]


@pytest.mark.parametrize(
    ("name", "event_type"),
    [
        ("ONCRMDEALADD", "deal.created"),
        ("ONCRMDEALUPDATE", "deal.updated"),
        ("onCrmDealDelete", "deal.deleted"),
        ("ONCRMLEADADD", "lead.created"),
    ],
)
def test_a_deal_or_lead_is_only_an_id_and_waits_to_be_fetched(name: str, event_type: str) -> None:
    fields = {"event": name, "data[FIELDS][ID]": "8", "ts": "1795431700", "auth[member_id]": "m1"}
    message = read(fields)
    assert event_of(message).type == event_type
    assert event_of(message).external_id == f"m1:{name.upper()}:8:1795431700"
    assert reason_of(message) is QuarantineReason.NEEDS_ENRICHMENT


def test_an_event_we_have_no_word_for_waits_with_what_it_said() -> None:
    fields = {"event": "ONTASKADD", "data[FIELDS][ID]": "8", "ts": "1795431700", "data[access_token]": "very-secret"}
    message = read(fields)
    assert event_of(message).type == "bitrix24.ontaskadd"
    assert event_of(message).data == {"FIELDS": {"ID": "8"}, "access_token": "***"}
    assert reason_of(message) is QuarantineReason.UNMAPPED_TYPE


def test_a_message_without_anything_stable_is_known_by_what_it_says() -> None:
    one = read({"event": "ONTASKADD", "data[x]": "1", "auth[access_token]": "one", "ts": "1"})
    same = read({"event": "ONTASKADD", "data[x]": "1", "auth[access_token]": "two", "ts": "2"})
    other = read({"event": "ONTASKADD", "data[x]": "2"})
    assert reason_of(one) is QuarantineReason.WEAK_IDENTITY
    assert event_of(one).external_id == event_of(same).external_id != event_of(other).external_id


def test_a_form_with_too_many_fields_is_kept_and_waits() -> None:
    body = urlencode(CALL) + "".join(f"&x{number}=1" for number in range(5_001))
    message = read_message(body.encode(), SOURCE, RECEIVED)
    assert reason_of(message) is QuarantineReason.ADAPTER_ERROR
    assert event_of(message).external_id == "call.77"


def test_json_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(MalformedError):
        read_message(b'{"event":', SOURCE, RECEIVED)


FORMS = st.dictionaries(st.sampled_from(sorted(CALL)), st.text(max_size=9)).map(
    lambda fields: urlencode(fields).encode()
)


@given(st.binary(max_size=300) | FORMS)
def test_no_other_bytes_make_it_fail(body: bytes) -> None:
    try:
        message = read_message(body, SOURCE, RECEIVED)
    except MalformedError:
        return
    event = event_of(message)
    assert 1 <= len(event.external_id) <= 255
    assert len(event.type) <= 64


@pytest.mark.parametrize("name", ["ONVOXIMPLANTCALLEND", "ONCRMDEALUPDATE"])
def test_a_recorded_message_is_the_same_event_as_form_and_as_json(name: str) -> None:
    form, document = SAMPLES / f"bitrix24-{name}.form.txt", SAMPLES / f"bitrix24-{name}.json"
    if not form.exists():
        pytest.skip("the recorded messages are not here")
    one = read_message(form.read_bytes().strip(), SOURCE, RECEIVED)
    other = read_message(document.read_bytes(), SOURCE, RECEIVED)
    assert one.item == other.item
    assert one.token == other.token != ""
    assert one.token.encode() not in one.masked + other.masked
