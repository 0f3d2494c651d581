"""Asterisk: each line of the call detail records is a call of its own, on the clock of the exchange."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.domain.event import QuarantineReason
from service.domain.source import SourceKind
from service.sources.asterisk import ADAPTER
from tests.vendors import derived, events, fixture, reasons, recorded, the_event

KIND = SourceKind.ASTERISK
LEGS = fixture(KIND, "legs.csv")
LINE = (
    '"","{src}","{dst}","from-internal","""Ann"" <101>","SIP/101-0000002a","SIP/trunk-0000002b","Dial","SIP/trunk/x",'
    '"{start}","2026-11-23 13:00:10","2026-11-23 13:01:10",{duration},{billsec},"{disposition}",'
    '"DOCUMENTATION","1795431600.7",""\n'
)


def line(**cells: str) -> bytes:
    plain = {"src": "101", "dst": "0888123456", "start": "2026-11-23 13:00:00", "duration": "70", "billsec": "60"}
    return LINE.format(**(plain | {"disposition": "ANSWERED"} | cells)).encode()


def test_a_call_to_the_outside_is_of_the_telephone_that_made_it() -> None:
    event = the_event(derived(KIND, line()))
    assert event.external_id == "1795431600.7:SIP/trunk-0000002b:2026-11-23 13:00:00"
    assert (event.type, event.subject, event.data["direction"]) == ("call.ended", "101", "out")
    assert (event.data["talk_s"], event.data["ring_s"], event.data["answered"]) == (60, 10, True)
    assert event.occurred_at == datetime(2026, 11, 23, 11, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("disposition", ["NO ANSWER", "BUSY", "FAILED", "CONGESTION"])
def test_only_an_answered_call_has_time_spoken(disposition: str) -> None:
    event = the_event(derived(KIND, line(disposition=disposition)))
    assert (event.data["answered"], event.data["talk_s"]) == (False, 0)


def test_the_telephones_that_rang_for_one_call_are_kept_apart() -> None:
    missed, taken, made = events(derived(KIND, LEGS))
    assert (missed.subject, missed.data["talk_s"], missed.data["direction"]) == ("101", 0, "in")
    assert (taken.subject, taken.data["talk_s"], taken.data["ring_s"]) == ("102", 95, 25)
    assert missed.data["linked_id"] == taken.data["linked_id"] == "1795431600.1"
    assert (made.subject, made.data["direction"]) == ("101", "out")


def test_a_call_between_colleagues_pays_nothing() -> None:
    result = derived(KIND, line(dst="102"))
    assert result.derived == ()
    assert len(result.ignored) == 1


def test_the_same_line_again_is_the_same_call() -> None:
    assert derived(KIND, line() + line()).derived == derived(KIND, line()).derived


def test_another_story_under_the_same_identity_is_a_conflict() -> None:
    result = derived(KIND, line() + line(billsec="61"))
    assert [event.data["talk_s"] for event in events(result)] == [60]
    assert reasons(result) == [QuarantineReason.CONFLICT]


def test_one_crooked_line_does_not_harm_the_others() -> None:
    result = derived(KIND, b"one,two,three\n" + line() + b'"unfinished')
    assert len(events(result)) == 1
    assert reasons(result) == [QuarantineReason.ADAPTER_ERROR] * 2


@pytest.mark.parametrize("cells", [{"start": "noon"}, {"duration": "x"}, {"billsec": "-1"}])
def test_a_line_that_makes_no_sense_waits(cells: dict[str, str]) -> None:
    assert reasons(derived(KIND, line(**cells))) == [QuarantineReason.SCHEMA_VIOLATION]


def test_the_length_of_a_call_holds_while_the_clock_is_put_back() -> None:
    event = the_event(derived(KIND, line(start="2026-10-25 03:59:30")))
    assert event.occurred_at == datetime(2026, 10, 25, 1, 0, 40, tzinfo=UTC)
    assert event.data["clock_change"] == "fold"


def test_no_number_and_no_name_is_kept() -> None:
    for body in (line(), LEGS, b"0888123456,Client Name,x\n"):
        kept = ADAPTER.mask(body)
        assert b"888123456" not in kept
        assert b"Ann" not in kept
        assert b"Client" not in kept
    assert b"1795431600.7" in ADAPTER.mask(line())


@pytest.mark.parametrize("path", recorded("asterisk-*.csv.txt"), ids=lambda path: path.stem)
def test_the_recorded_lines_tell_one_call_in_five_ways(path: Path) -> None:
    result = derived(KIND, path.read_bytes())
    (event,) = events(result)
    assert (event.external_id, event.data["talk_s"]) == ("1231977075.0::2009-01-14 23:51:15", 5)
    assert reasons(result) == [QuarantineReason.CONFLICT] * 4
