"""When a deal is paid in full, and what share of a month's part an event takes away."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from service.domain.deal import DealEvent, deal_event, deal_of, is_paid_in_full, lost_share
from service.domain.event import Event, JsonValue
from service.domain.period import Period

JULY, AUGUST, SEPTEMBER = Period(2026, 7), Period(2026, 8), Period(2026, 9)


def told(kind: str, day: date, amount: str | None = None, **data: JsonValue) -> DealEvent:
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    body: dict[str, JsonValue] = {"deal_id": 7, **({"amount": amount} if amount else {}), **data}
    return deal_event(Event("crm", f"{kind}-{day}-{amount}", kind, moment, "ann", body), day)


WON = told("deal.won", date(2026, 7, 1), "100.00")
PAID = told("payment.received", date(2026, 7, 10), "100.00", payment_id="p1")


@pytest.mark.parametrize(
    ("events", "paid"),
    [
        ([WON, PAID], True),
        ([PAID], False),
        ([told("deal.won", date(2026, 7, 1)), PAID], False),
        ([WON, told("payment.received", date(2026, 8, 1), "100.00")], False),
        ([WON, PAID, told("payment.refunded", date(2026, 7, 31), "0.01")], False),
        ([WON, PAID, told("deal.won", date(2026, 7, 2), "100.01")], False),
        ([told("deal.won", date(2026, 8, 2), "1"), PAID], False),
    ],
)
def test_paid_in_full_is_the_latest_amount_won_reached_by_the_day(events: list[DealEvent], paid: bool) -> None:  # noqa: FBT001  what is expected
    assert is_paid_in_full(events, JULY.last_day) is paid


def test_a_refund_takes_its_share_of_what_was_paid_by_the_end_of_its_month() -> None:
    later = told("payment.received", date(2026, 8, 30), "300.00", payment_id="p2")
    refund = told("payment.refunded", date(2026, 8, 5), "100.00")
    assert lost_share([PAID, later, refund], "payment.refunded", JULY, 90, SEPTEMBER.last_day) == Fraction(1, 4)
    named = told("payment.refunded", date(2026, 8, 5), "50.00", of_payment_id="p1")
    assert lost_share([PAID, later, named], "payment.refunded", JULY, 90, SEPTEMBER.last_day) == Fraction(1, 2)
    assert lost_share([PAID, later, named], "payment.refunded", AUGUST, 90, SEPTEMBER.last_day) == 0


def test_no_more_than_the_whole_is_lost_and_nothing_after_the_window_or_the_month_asked_about() -> None:
    refunds = [told("payment.refunded", date(2026, 8, day), "80.00") for day in (1, 2)]
    assert lost_share([PAID, *refunds], "payment.refunded", JULY, 90, SEPTEMBER.last_day) == 1
    assert lost_share([PAID, *refunds], "payment.refunded", JULY, 0, SEPTEMBER.last_day) == 0
    assert lost_share([PAID, *refunds], "payment.refunded", JULY, 90, JULY.last_day) == 0


def test_a_deal_has_one_id_however_it_is_written_and_a_long_one_is_shortened() -> None:
    def named(deal: JsonValue) -> str:
        return deal_of(Event("crm", "x", "deal.won", datetime(2026, 7, 1, tzinfo=UTC), None, {"deal_id": deal}))

    assert named(7) == named("7") == "7"
    assert named(None) == named({"a": "b"}) == ""
    assert len(named("x" * 300)) == 64
