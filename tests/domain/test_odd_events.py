"""Flags: each rule finds what it is for, leaves ordinary work alone, and does not depend on the order of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from service.domain.event import Event, JsonValue, Operation
from service.domain.flag import Flag, FlagKind, Seen
from service.domain.odd_events import BURST_EVENTS, JUST_ABOVE_EVENTS, SAME_NUMBER_CALLS, flags_of
from service.domain.period import Period

OCTOBER = Period(2026, 10)
START = datetime(2026, 10, 14, 8, 0, tzinfo=UTC)
MINIMUMS = {"call.ended": [("talk_s", 20)]}


def seen(name: str, kind: str, after: timedelta, who: str = "ann", /, **data: JsonValue) -> Seen:
    at = START + after
    return Seen(Event("crm", name, kind, at, f"u-{who}", data), who, at.date(), at)


def correction(name: str, op: Operation, target: str, after: timedelta, like: Seen, /, **data: JsonValue) -> Seen:
    at = like.event.occurred_at + after
    told = replace(like.event, external_id=name, op=op, target=target, occurred_at=at, data={**like.event.data, **data})
    return Seen(told, like.person_id, at.date(), like.received_at + timedelta(days=1))


def calls(count: int, apart: timedelta, **data: JsonValue) -> list[Seen]:
    return [seen(f"c{n}", "call.ended", n * apart, **{"talk_s": 300, **data}) for n in range(count)]


def bounces(count: int) -> list[Seen]:
    people = ("ann", "bob")
    return [
        seen(
            f"m{n}",
            "lead.reassigned",
            timedelta(days=n),
            people[n % 2],
            lead_id="l1",
            to_person=f"u-{people[1 - n % 2]}",
        )
        for n in range(count)
    ]


def moment(day: int, month: int = 10) -> timedelta:
    return datetime(2026, month, day, 9, 0, tzinfo=UTC) - START


LEAD = seen("l", "lead.created", timedelta(0), lead_id="l1", customer_id="k1")
WON = seen("w", "deal.won", moment(30), deal_id="d1", amount="100.00")
PAID = seen("p", "payment.received", timedelta(days=1), deal_id="d1", amount="100.00")
PAYMENTS = [seen(f"p{n}", "payment.received", timedelta(hours=n), deal_id=f"d{n}", amount="100.00") for n in range(3)]

ODD: dict[FlagKind, Sequence[Seen]] = {
    FlagKind.BURST: calls(BURST_EVENTS + 1, timedelta(seconds=10)),
    FlagKind.SAME_NUMBER: calls(SAME_NUMBER_CALLS, timedelta(hours=1), number_hash="n"),
    FlagKind.JUST_ABOVE: calls(JUST_ABOVE_EVENTS, timedelta(minutes=30), talk_s=21),
    FlagKind.SELF_DEALING: [LEAD, seen("w", "deal.won", timedelta(hours=23), lead_id="l1", deal_id="d1")],
    FlagKind.LOST_AFTER: [WON, seen("x", "deal.lost", moment(3, 11), deal_id="d1")],
    FlagKind.MOVED: [
        seen("p", "payment.received", moment(2, 11), deal_id="d1", amount="100.00"),
        correction("p~2", Operation.REPLACE, "p", -timedelta(days=3), seen("p", "payment.received", moment(2, 11))),
    ],
    FlagKind.CREATED_AGAIN: [
        LEAD,
        correction("v", Operation.VOID, "l", timedelta(hours=1), LEAD),
        seen("l2", "lead.created", timedelta(days=1), lead_id="l2", customer_id="k1"),
    ],
    FlagKind.BOUNCED: bounces(3),
    FlagKind.EDITED: [
        *PAYMENTS,
        *(
            correction(
                f"{one.event.external_id}~2", Operation.REPLACE, one.event.external_id, timedelta(0), one, amount="1"
            )
            for one in PAYMENTS
        ),
    ],
}

ORDINARY: dict[FlagKind, Sequence[Seen]] = {
    FlagKind.BURST: calls(BURST_EVENTS, timedelta(seconds=10)),
    FlagKind.SAME_NUMBER: calls(SAME_NUMBER_CALLS - 1, timedelta(hours=1), number_hash="n"),
    FlagKind.JUST_ABOVE: calls(JUST_ABOVE_EVENTS - 1, timedelta(minutes=30), talk_s=21),
    FlagKind.SELF_DEALING: [LEAD, seen("w", "deal.won", timedelta(hours=25), lead_id="l1", deal_id="d1")],
    FlagKind.LOST_AFTER: [WON, seen("x", "deal.lost", moment(31), deal_id="d1")],
    FlagKind.MOVED: [PAID, correction("p~2", Operation.REPLACE, "p", timedelta(days=1), PAID)],
    FlagKind.CREATED_AGAIN: [LEAD, seen("l2", "lead.created", timedelta(days=1), lead_id="l2", customer_id="k1")],
    FlagKind.BOUNCED: bounces(2),
    FlagKind.EDITED: [
        *PAYMENTS,
        *(
            correction(
                f"{one.event.external_id}~2", Operation.REPLACE, one.event.external_id, timedelta(0), one, note="x"
            )
            for one in PAYMENTS
        ),
    ],
}


def found(events: Sequence[Seen], kind: FlagKind) -> list[Flag]:
    return [flag for flag in flags_of(events, OCTOBER, MINIMUMS) if flag.kind is kind]


@pytest.mark.parametrize("kind", FlagKind)
def test_what_is_odd_is_flagged_with_its_evidence(kind: FlagKind) -> None:
    flags = found(ODD[kind], kind)
    assert flags
    receipts = {one.event.receipt_id for one in ODD[kind]}
    for flag in flags:
        assert flag.evidence
        assert set(flag.evidence) <= receipts
        assert (flag.period, bool(flag.detail), bool(flag.person_id)) == (OCTOBER, True, True)


@pytest.mark.parametrize("kind", FlagKind)
def test_ordinary_work_is_not_flagged(kind: FlagKind) -> None:
    assert found(ORDINARY[kind], kind) == []


@pytest.mark.parametrize("kind", FlagKind)
def test_the_order_of_the_events_plays_no_part(kind: FlagKind) -> None:
    assert flags_of([*reversed(ODD[kind])], OCTOBER, MINIMUMS) == flags_of(ODD[kind], OCTOBER, MINIMUMS)


@pytest.mark.parametrize("kind", FlagKind)
def test_another_month_has_no_part_in_it(kind: FlagKind) -> None:
    assert flags_of(ODD[kind], Period(2026, 8), MINIMUMS) == []


def test_both_people_of_a_bounced_lead_are_flagged() -> None:
    assert {flag.person_id for flag in found(bounces(3), FlagKind.BOUNCED)} == {"ann", "bob"}


def test_what_was_taken_back_is_no_burst() -> None:
    events = calls(BURST_EVENTS + 1, timedelta(seconds=10))
    gone = correction("v", Operation.VOID, "c0", timedelta(0), events[0])
    assert found([*events, replace(gone, day=date(2026, 10, 15))], FlagKind.BURST) == []
