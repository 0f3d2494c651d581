"""Bitrix24: calls become events, bare ids wait, and nothing secret is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import MalformedError
from service.domain.event import QuarantineReason
from service.domain.source import SourceKind
from service.sources import bitrix24
from service.sources.adapter import Account, Message
from service.sources.bitrix24 import TOKEN, mask
from service.sources.derive import Derivation
from tests.vendors import RECEIVED, SAMPLES, derived, reasons, the_event

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


def read(fields: dict[str, str] | bytes) -> Derivation:
    return derived(SourceKind.BITRIX24, fields)


def test_an_answered_call_is_an_event_of_whoever_spoke() -> None:
    message = read(CALL)
    event = the_event(message)
    assert (event.type, event.external_id, event.subject) == ("call.ended", "call.77", "12")
    assert event.occurred_at == datetime(2026, 11, 23, 11, 1, 35, tzinfo=UTC)
    assert event.data["direction"] == "out"
    assert event.data["answered"] is True
    assert event.data["talk_s"] == 95
    assert event.data["started_at"] == "2026-11-23T11:00:00+00:00"
    assert reasons(message) == []
    assert TOKEN.shown(Message(urlencode(CALL).encode(), RECEIVED)) == "token-one"


def test_a_call_nobody_answered_has_no_talk() -> None:
    event = the_event(read(CALL | {"data[CALL_FAILED_CODE]": "304", "data[CALL_DURATION]": "17"}))
    assert event.data["answered"] is False
    assert event.data["talk_s"] == 0


@pytest.mark.parametrize(("kind", "direction"), [("1", "out"), ("2", "in"), ("3", "in"), ("4", "out")])
def test_the_kind_of_a_call_gives_its_direction(kind: str, direction: str) -> None:
    assert the_event(read(CALL | {"data[CALL_TYPE]": kind})).data["direction"] == direction


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
    assert reasons(message) == [QuarantineReason.SCHEMA_VIOLATION]
    assert the_event(message).external_id == "call.77"


def test_the_same_call_has_the_same_identity_whenever_it_is_sent() -> None:
    again = read(CALL | {"ts": "1795439999", "auth[access_token]": "another"})
    assert the_event(again) == the_event(read(CALL))


def test_neither_tokens_nor_numbers_are_kept() -> None:
    for body in (urlencode(CALL).encode(), json.dumps({"auth": {"access_token": "very-secret"}}).encode()):
        for secret in (b"very-secret", b"token-one", b"359888123456"):
            assert secret not in mask(body)
    assert "359888123456" not in str(read(CALL))


def test_equal_numbers_have_equal_hashes_within_a_source_alone() -> None:
    one, other = the_event(read(CALL)), the_event(read(CALL | {"data[PHONE_NUMBER]": "359 888 12-34-56"}))
    assert one.data["number_hash"] == other.data["number_hash"]
    elsewhere = Account("b2", number_key="another key")
    (change,) = bitrix24.read(Message(urlencode(CALL).encode(), RECEIVED), elsewhere).changes
    assert change.fields["number_hash"] != one.data["number_hash"]


@pytest.mark.parametrize(
    ("name", "event_type"),
    [
        ("ONCRMDEALADD", "bitrix24.deal_created"),
        ("onCrmDealUpdate", "bitrix24.deal_updated"),
        ("ONCRMLEADADD", "bitrix24.lead_created"),
        ("onCrmActivityAdd", "bitrix24.activity_created"),
        ("ONTASKUPDATE", "bitrix24.task_updated"),
    ],
)
def test_a_deal_or_lead_is_only_an_id_and_waits_to_be_fetched(name: str, event_type: str) -> None:
    fields = {"event": name, "data[FIELDS][ID]": "8", "ts": "1795431700", "auth[member_id]": "m1"}
    message = read(fields)
    assert the_event(message).type == event_type
    assert the_event(message).external_id == f"m1:{name.upper()}:8:1795431700"
    assert reasons(message) == [QuarantineReason.NEEDS_ENRICHMENT]


def test_a_deletion_takes_nothing_back_unless_the_mapping_says_so() -> None:
    message = read({"event": "ONCRMDEALDELETE", "data[FIELDS][ID]": "8", "ts": "1795431700", "auth[member_id]": "m1"})
    assert message.derived == ()
    assert message.ignored == ("This deal was deleted, and nothing that the mapping counts changed.",)


def test_a_record_that_comes_whole_need_not_be_fetched() -> None:
    fields = {"ID": "8", "ASSIGNED_BY_ID": "12", "OPPORTUNITY": "1500", "CURRENCY_ID": "EUR", "STAGE_SEMANTIC_ID": "S"}
    body = {"event": "ONCRMDEALUPDATE", "ts": "1795431700", "data": {"FIELDS": fields}}
    event = the_event(read(json.dumps(body).encode()))
    assert (event.type, event.subject, event.data["amount"]) == ("deal.won", "12", "1500.00")


def test_an_event_we_have_no_word_for_waits() -> None:
    message = read({"event": "ONSOMETHINGNEW", "data[FIELDS][ID]": "8", "ts": "1795431700"})
    assert the_event(message).type == "bitrix24.onsomethingnew_updated"
    assert reasons(message) == [QuarantineReason.UNMAPPED_TYPE]


def test_a_message_without_anything_stable_is_known_by_what_it_says() -> None:
    one = read({"event": "ONSOMETHINGNEW", "data[x]": "1", "auth[access_token]": "one", "ts": "1"})
    same = read({"event": "ONSOMETHINGNEW", "data[x]": "1", "auth[access_token]": "two", "ts": "2"})
    other = read({"event": "ONSOMETHINGNEW", "data[x]": "2"})
    assert reasons(one) == [QuarantineReason.WEAK_IDENTITY]
    assert the_event(one).external_id == the_event(same).external_id != the_event(other).external_id


def test_a_form_with_too_many_fields_is_kept_and_waits() -> None:
    body = urlencode(CALL) + "".join(f"&x{number}=1" for number in range(5_001))
    assert reasons(read(body.encode())) == [QuarantineReason.ADAPTER_ERROR]


def test_json_that_cannot_be_read_shows_no_token() -> None:
    with pytest.raises(MalformedError):
        TOKEN.shown(Message(b'{"event":', RECEIVED))


FORMS = st.dictionaries(st.sampled_from(sorted(CALL)), st.text(max_size=9)).map(
    lambda fields: urlencode(fields).encode()
)


@given(st.binary(max_size=300) | FORMS)
def test_no_bytes_make_it_fail(body: bytes) -> None:
    mask(body)
    for item in read(body).derived:
        assert 1 <= len(item.event.external_id) <= 255
        assert len(item.event.type) <= 64


@pytest.mark.parametrize("name", ["ONVOXIMPLANTCALLEND", "ONCRMDEALUPDATE"])
def test_a_recorded_message_is_the_same_event_as_form_and_as_json(name: str) -> None:
    form, document = SAMPLES / f"bitrix24-{name}.form.txt", SAMPLES / f"bitrix24-{name}.json"
    if not form.exists():
        pytest.skip("the recorded messages are not here")
    bodies = [form.read_bytes().strip(), document.read_bytes()]
    one, other = (read(body) for body in bodies)
    assert one == other
    tokens = {TOKEN.shown(Message(body, RECEIVED)) for body in bodies}
    assert len(tokens) == 1
    assert not any(token.encode() in mask(body) for token in tokens for body in bodies)
