"""When a deal is paid in full, and what share of a month's part an event takes away."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.deal import DealEvent, Loss, deal_event, deal_of, is_paid_in_full, lost_share, paid_share, settled
from service.domain.event import Event, JsonValue
from service.domain.money import round_half_up
from service.domain.part import FORFEIT, PAY, LinePart, PartOf
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
    assert lost_share([PAID, later, refund], Loss("payment.refunded", 90), JULY, SEPTEMBER.last_day) == Fraction(1, 4)
    named = told("payment.refunded", date(2026, 8, 5), "50.00", of_payment_id="p1")
    assert lost_share([PAID, later, named], Loss("payment.refunded", 90), JULY, SEPTEMBER.last_day) == Fraction(1, 2)
    assert lost_share([PAID, later, named], Loss("payment.refunded", 90), AUGUST, SEPTEMBER.last_day) == 0


def test_no_more_than_the_whole_is_lost_and_nothing_after_the_window_or_the_month_asked_about() -> None:
    refunds = [told("payment.refunded", date(2026, 8, day), "80.00") for day in (1, 2)]
    assert lost_share([PAID, *refunds], Loss("payment.refunded", 90), JULY, SEPTEMBER.last_day) == 1
    assert lost_share([PAID, *refunds], Loss("payment.refunded", 0), JULY, SEPTEMBER.last_day) == 0
    assert lost_share([PAID, *refunds], Loss("payment.refunded", 90), JULY, JULY.last_day) == 0


def kept(amount_minor: int, otherwise: str = FORFEIT) -> LinePart:
    return LinePart(PartOf.HELD, JULY, "kept", "7", amount_minor, date(2026, 9, 15), otherwise)


@given(
    st.integers(1, 100_000),
    st.integers(1, 100_000),
    st.lists(st.integers(-50_000, 100_000), max_size=8),
    st.sampled_from([FORFEIT, PAY]),
)
def test_what_is_released_as_a_deal_is_paid_follows_its_paid_share_and_adds_up_to_what_was_kept(
    held: int, amount: int, payments: list[int], otherwise: str
) -> None:
    day, events, left = date(2026, 7, 20), [told("deal.won", date(2026, 7, 1), str(Decimal(amount) / 100))], held
    highest = Fraction(0)
    for place, payment in enumerate(payments):
        month = Period(2026, 7 + place // 8)
        kind = "payment.received" if payment >= 0 else "payment.refunded"
        events.append(told(kind, day, str(Decimal(abs(payment)) / 100), payment_id=str(place)))
        highest = max(highest, paid_share(events, month.last_day))
        let_go = settled(kept(left, otherwise), events, month, lost=False, kept_minor=held) if left else ()
        assert all(one.part.what is PartOf.RELEASED and one.part.amount_minor < 0 for one in let_go)
        left += sum(one.part.amount_minor for one in let_go)
        # What was released once stays released, whatever is given back later.
        assert held - left == round_half_up(held * highest)
    if left:
        ends = settled(kept(left, otherwise), events, SEPTEMBER, lost=False, kept_minor=held)
        assert left + sum(one.part.amount_minor for one in ends) == 0
        assert {one.part.what for one in ends} == {PartOf.FORFEITED if otherwise == FORFEIT else PartOf.RELEASED}


def test_on_the_last_day_the_paid_share_is_released_and_only_the_rest_is_forfeited() -> None:
    half = told("payment.received", date(2026, 9, 2), "50.00")
    ends = settled(kept(101), [WON, half], SEPTEMBER, lost=False, kept_minor=101)
    assert [(one.part.what, one.part.amount_minor, one.because) for one in ends] == [
        (PartOf.RELEASED, -51, "paid_in_part"),
        (PartOf.FORFEITED, -50, "time"),
    ]
    assert settled(kept(101), [WON, half], AUGUST, lost=False, kept_minor=101) == ()
    whole = settled(kept(101), [WON, half], SEPTEMBER, lost=False)
    assert [(one.part.what, one.part.amount_minor) for one in whole] == [(PartOf.FORFEITED, -101)]


def test_a_correction_below_what_was_released_goes_back_and_one_above_it_waits_for_the_next_payment() -> None:
    half = told("payment.received", date(2026, 7, 12), "50.00")
    (back,) = settled(kept(-20), [WON, half], AUGUST, lost=False, kept_minor=30)
    assert (back.part.what, back.part.amount_minor) == (PartOf.RELEASED, 20)
    # Of 60 that are kept now 50 are released already: half of them is less.
    assert settled(kept(10), [WON, half], AUGUST, lost=False, kept_minor=60) == ()


def test_a_deal_has_one_id_however_it_is_written_and_a_long_one_is_shortened() -> None:
    def named(deal: JsonValue) -> str:
        return deal_of(Event("crm", "x", "deal.won", datetime(2026, 7, 1, tzinfo=UTC), None, {"deal_id": deal}))

    assert named(7) == named("7") == "7"
    assert named(None) == named({"a": "b"}) == ""
    assert len(named("x" * 300)) == 64
