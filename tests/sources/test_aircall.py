"""Aircall: a call counts once it has ended, by the time spoken, and nothing of the caller is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.domain.event import JsonValue, QuarantineReason
from service.domain.source import SourceKind
from service.sources.aircall import ADAPTER, STEPS
from tests.vendors import derived, events, fixture, message, proves, reasons, recorded, the_event

KIND = SourceKind.AIRCALL
TRANSFERRED = fixture(KIND, "call.ended-transferred.json")
MISSED = fixture(KIND, "call.ended-inbound-missed.json")


def changed(body: bytes, **fields: JsonValue) -> bytes:
    document = json.loads(body)
    document["data"] |= fields
    return json.dumps(document).encode()


def test_the_time_spoken_begins_with_the_answer() -> None:
    event = the_event(derived(KIND, TRANSFERRED))
    assert (event.type, event.external_id, event.subject) == ("call.ended", "call.ended:4712", "12")
    assert event.occurred_at == datetime(2026, 11, 23, 11, 8, 20, tzinfo=UTC)
    assert (event.data["direction"], event.data["ring_s"], event.data["talk_s"]) == ("out", 20, 340)


def test_a_missed_call_has_rung_and_nobody_spoke() -> None:
    event = the_event(derived(KIND, MISSED))
    assert (event.data["answered"], event.data["talk_s"], event.data["ring_s"]) == (False, 0, 17)
    assert event.data["direction"] == "in"
    assert event.subject is None


def test_whom_a_call_was_passed_to_is_kept_for_the_plan() -> None:
    event = the_event(derived(KIND, TRANSFERRED))
    assert (event.data["transferred_by"], event.data["transferred_to"]) == ("12", "13")


def test_the_same_call_sent_again_is_the_same_event() -> None:
    document = json.loads(TRANSFERRED)
    again = json.dumps(document | {"timestamp": document["timestamp"] + 60}).encode()
    assert the_event(derived(KIND, again)) == the_event(derived(KIND, TRANSFERRED))


@pytest.mark.parametrize("name", sorted(STEPS))
def test_the_steps_of_a_call_pay_nothing(name: str) -> None:
    document = json.loads(TRANSFERRED) | {"event": name}
    result = derived(KIND, json.dumps(document).encode())
    assert result.derived == ()
    assert len(result.ignored) == 1


def test_what_is_added_to_a_call_later_pays_nothing() -> None:
    assert derived(KIND, fixture(KIND, "call.tagged.json")).derived == ()


def test_an_event_we_have_no_word_for_waits_under_its_own_identity() -> None:
    document = json.loads(TRANSFERRED) | {"event": "call.applauded"}
    result = derived(KIND, json.dumps(document).encode())
    assert reasons(result) == [QuarantineReason.UNMAPPED_TYPE]
    assert the_event(result).external_id == "call.applauded:4712:1795432100"


@pytest.mark.parametrize(
    "fields",
    [
        {"started_at": None},
        {"ended_at": "soon"},
        {"answered_at": 1},
        {"answered_at": 1_999_999_999},
        {"direction": "sideways"},
        {"started_at": 10**30},
    ],
)
def test_a_call_that_makes_no_sense_waits_under_its_own_identity(fields: dict[str, JsonValue]) -> None:
    result = derived(KIND, changed(TRANSFERRED, **fields))
    assert reasons(result) == [QuarantineReason.SCHEMA_VIOLATION]
    assert the_event(result).external_id == "call.ended:4712"


def test_a_call_without_an_id_is_known_by_what_it_says() -> None:
    assert reasons(derived(KIND, changed(TRANSFERRED, id=None))) == [QuarantineReason.SCHEMA_VIOLATION]


def test_neither_the_token_nor_the_caller_is_kept() -> None:
    kept = ADAPTER.mask(TRANSFERRED)
    for secret in (b"the-token-of-aircall", b"888 123 456", b"secret-recording", b"ann@example.com"):
        assert secret not in kept
    assert "888" not in str(the_event(derived(KIND, TRANSFERRED)).data.values())


def test_the_token_stands_in_the_body() -> None:
    assert proves(KIND, message(TRANSFERRED), "the-token-of-aircall")
    assert not proves(KIND, message(TRANSFERRED), "another")


@pytest.mark.parametrize("path", recorded("aircall-*.json"), ids=lambda path: path.stem)
def test_of_the_recorded_messages_only_an_ended_call_counts(path: Path) -> None:
    result = derived(KIND, path.read_bytes())
    if "call.ended" not in path.name:
        assert result.derived == ()
        return
    (event,) = events(result)
    assert (event.external_id, event.subject, event.data["talk_s"]) == ("call.ended:780836699", "736640", 15)


def test_no_event_of_theirs_has_the_name_of_a_type_of_ours() -> None:
    document = json.loads(TRANSFERRED) | {"event": "deal.won"}
    result = derived(KIND, json.dumps(document).encode())
    assert the_event(result).type == "aircall.deal_won_updated"
    assert reasons(result) == [QuarantineReason.UNMAPPED_TYPE]
