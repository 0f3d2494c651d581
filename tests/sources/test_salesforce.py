"""Salesforce: every notification by itself, an Ack whatever comes, nothing expanded, and no session kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import pytest

from service.domain.event import QuarantineReason
from service.domain.source import SourceKind
from service.sources.salesforce import ACK, ADAPTER
from service.sources.soap import child, read_soap
from tests.vendors import derived, events, fixture, message, proves, reasons, recorded, the_event, told_together

KIND = SourceKind.SALESFORCE
WON = fixture(KIND, "opportunity-won.xml")


def test_an_opportunity_that_is_won_is_a_deal_that_is_won() -> None:
    event = events(derived(KIND, WON))[0]
    assert (event.type, event.external_id) == ("deal.won", "04l5g0000000001AAA")
    assert (event.data["amount"], event.data["currency"]) == ("1500.50", "EUR")
    assert (event.subject, event.data["deal_id"]) == ("0055g00000BBBBBAAA", "0065g0000000001AAA")
    assert event.occurred_at == datetime(2026, 11, 23, 11, tzinfo=UTC)


def test_a_won_opportunity_that_is_sent_again_later_is_no_second_win() -> None:
    later = WON.replace(b"04l5g0000000001AAA", b"04l5g0000000002AAA").replace(b"T11:00:00", b"T12:00:00")
    assert [event.type for event in told_together(KIND, later, WON)] == ["deal.won", "stage.entered"]


def test_an_opportunity_that_is_closed_and_not_won_is_lost() -> None:
    body = WON.replace(b"<sf:IsWon>true", b"<sf:IsWon>false").replace(b"Closed Won", b"Closed Lost")
    assert events(derived(KIND, body))[0].type == "deal.lost"


def test_a_lead_that_was_changed_when_it_was_made_is_new() -> None:
    event = the_event(derived(KIND, fixture(KIND, "lead-created.xml")))
    assert (event.type, event.data["channel"]) == ("lead.created", "Web")


def test_the_same_message_again_is_the_same_events() -> None:
    again = WON.replace(b"a-session-never-kept", b"another-session").replace(b"\n     ", b"\n")
    assert derived(KIND, again).derived == derived(KIND, WON).derived


def test_an_envelope_without_notifications_says_nothing() -> None:
    for body in (
        fixture(KIND, "empty.xml"),
        fixture(KIND, "empty.xml").replace(b"<OrganizationId>", b"<!-- ").replace(b"</PartnerUrl>", b" -->"),
    ):
        result = derived(KIND, body)
        assert (result.derived, len(result.ignored)) == ((), 1)


def test_of_a_hundred_notifications_with_one_bad_one_ninety_nine_count() -> None:
    result = derived(KIND, fixture(KIND, "hundred-one-bad.xml"))
    assert len([event for event in events(result) if event.type == "deal.won"]) == 99
    assert reasons(result) == [QuarantineReason.SCHEMA_VIOLATION]


def test_a_doctype_is_refused_before_anything_is_expanded() -> None:
    began = perf_counter()
    assert reasons(derived(KIND, fixture(KIND, "doctype.xml"))) == [QuarantineReason.ADAPTER_ERROR]
    assert perf_counter() - began < 1
    assert "ha" * 5 not in str(derived(KIND, fixture(KIND, "doctype.xml")))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<a>" * 50_000,
        b"<a/>",
        WON[:700],
        WON.decode("utf-8-sig").encode("utf-16"),
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
        b"\xff\xfe\x00",
        b"<a>\x00</a>",
    ],
)
def test_what_is_no_envelope_waits(body: bytes) -> None:
    assert reasons(derived(KIND, body)) == [QuarantineReason.ADAPTER_ERROR]


def test_the_ack_is_what_salesforce_waits_for() -> None:
    answer = ADAPTER.answer
    assert answer is not None
    assert (answer.status, answer.body, answer.content_type) == (200, ACK, "text/xml; charset=utf-8")
    for path in recorded("salesforce-*Response*"):
        wanted = child(child(read_soap(path.read_bytes()), "Body"), "notificationsResponse")
        given = child(child(read_soap(ACK), "Body"), "notificationsResponse")
        assert wanted is not None
        assert given is not None
        assert (given.tag, [(item.tag, item.text) for item in given]) == (wanted.tag, [(i.tag, i.text) for i in wanted])


@pytest.mark.parametrize(
    "body",
    [
        WON,
        WON[:900],
        fixture(KIND, "doctype.xml"),
        WON.replace(b"<SessionId>", b"<SessionId><![CDATA[").replace(b"</SessionId>", b"]]></SessionId>"),
        WON.replace(b"SessionId>", b"x:SessionId>"),
        WON.replace(b"</SessionId>", b""),
        WON.decode("utf-8-sig").encode("utf-16"),
    ],
    ids=["whole", "cut", "doctype", "cdata", "prefix", "open", "utf-16"],
)
def test_neither_the_session_nor_a_number_is_kept(body: bytes) -> None:
    kept = ADAPTER.mask(body)
    for secret in (b"a-session-never-kept", b"888123456"):
        assert secret not in kept
        assert secret.decode().encode("utf-16-le") not in kept
    assert "888123456" not in str(derived(KIND, body))


def test_hiding_takes_no_longer_for_a_hostile_document() -> None:
    for hostile in (b"<SessionId " * 90_000, b"<SessionId>" * 90_000, b"<SessionId></SessionId" * 45_000):
        began = perf_counter()
        ADAPTER.mask(hostile)
        assert perf_counter() - began < 5


def test_the_organization_is_compared_without_its_check_characters() -> None:
    assert proves(KIND, message(WON), "00D5g000004ABCD", "org-id")
    assert proves(KIND, message(WON), "00D5g000004ABCDEA2", "org-id")
    assert not proves(KIND, message(WON), "00D5g000004ABCE", "org-id")
    for body in (b"", fixture(KIND, "doctype.xml"), b"<a/>"):
        assert not proves(KIND, message(body), "00D5g000004ABCD", "org-id")
    assert not proves(KIND, message(WON), "", "org-id")


def test_the_recorded_message_holds_three_records_of_kinds_nobody_mapped() -> None:
    for path in recorded("salesforce-outbound-message*"):
        check_recorded(path)


def check_recorded(path: Path) -> None:
    result = derived(KIND, path.read_bytes())
    assert [item.event.external_id for item in result.derived] == [
        "04l37000000L0E5AAK",
        "14l37000123L0E5AAK",
        "24l37123450L0E5AAK",
    ]
    assert set(reasons(result)) == {QuarantineReason.UNMAPPED_TYPE}
    mapping = """schema: source/1
kind: salesforce
objects:
  Lead1: {subject: OwnerId, events: [{type: lead.created, verb: created}]}
"""
    assert events(derived(KIND, path.read_bytes(), mapping))[0].subject == "1123456789ABCDEAAW"
    assert b"BSGSRAzG9lPxyKRPjJ3" not in ADAPTER.mask(path.read_bytes())
