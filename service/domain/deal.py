"""Deals: what was paid for one and given back, when it is paid in full, and what share of it was lost again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from service.domain.event import Event
from service.domain.fact import REFUND
from service.domain.metric import UNKNOWN, number_in
from service.domain.money import round_half_up, to_minor
from service.domain.part import FORFEIT, NO_DEAL, LinePart, PartOf
from service.domain.period import Period

PAYMENT, WON = "payment.received", "deal.won"
"""The types of events by which a deal is paid, and by which its amount is known."""

DEAL_LENGTH = 255
"""Characters of a deal's id that its column holds; of a longer one the hash is kept."""

WHOLE = Fraction(1)


@dataclass(frozen=True, slots=True)
class DealEvent:
    """One event of a deal; `of_payment_id` is the payment that a refund gives back, where the sender says it."""

    deal_id: str
    type: str
    day: date
    order: tuple[str, str, str]
    amount_minor: int | None
    payment_id: str
    of_payment_id: str


@dataclass(frozen=True, slots=True)
class WonDeal:
    """A deal as it was won: whose it is since which day, and what is known of it, money in currency units."""

    deal_id: str
    person_id: str
    day: date
    amount: Fraction | None
    margin: Fraction | None
    term_months: Fraction | None
    customer_kind: str


DealEvents = Mapping[str, Sequence[DealEvent]]
"""The events of deals, by deal."""


def deal_of(event: Event) -> str:
    """The deal an event belongs to; the same deal whichever sender names it, because payments come from elsewhere."""
    told = event.data.get("deal_id")
    text = "" if told is None or isinstance(told, dict | list) else str(told)
    return text if len(text) <= DEAL_LENGTH else hashlib.sha256(text.encode()).hexdigest()


def deal_event(event: Event, day: date) -> DealEvent:
    """What matters of an event for its deal."""
    number = number_in(event.data.get("amount"))
    return DealEvent(
        deal_of(event),
        event.type,
        day,
        (event.occurred_at.isoformat(), event.source_id, event.external_id),
        None if number is None else to_minor(number),
        str(event.data.get("payment_id") or ""),
        str(event.data.get("of_payment_id") or ""),
    )


def won_deal(deal_id: str, person_id: str, day: date, told: Event) -> WonDeal:
    """A deal that somebody won on a day, as the last event of it tells."""
    amount, margin, term = (number_in(told.data.get(name)) for name in ("amount", "margin", "term_months"))
    kind = told.data.get("customer_kind")
    return WonDeal(deal_id, person_id, day, amount, margin, term, kind if isinstance(kind, str) and kind else UNKNOWN)


def is_paid_in_full(events: Iterable[DealEvent], until: date) -> bool:
    """Whether what was paid up to a day, less what was given back, reaches the amount the deal was won for.

    A deal that nobody said was won, or for how much, is never paid in full: such money is released by time alone.
    """
    return paid_share(events, until) == WHOLE


def paid_share(events: Iterable[DealEvent], until: date) -> Fraction:
    """The share of the amount a deal was won for that was paid up to a day and not given back, 1 at most."""
    known = [item for item in events if item.day <= until]
    amount = _won_for(known, until)
    if amount is None:
        return Fraction(0)
    paid = _added(known, PAYMENT) - _added(known, REFUND)
    if paid >= amount:
        return WHOLE
    return Fraction(max(paid, 0), amount)


def _won_for(events: Iterable[DealEvent], until: date) -> int | None:
    """The amount a deal was won for, as the last one told by a day; None if nobody did."""
    known = sorted((item for item in events if item.type == WON and item.day <= until), key=lambda item: item.order)
    return known[-1].amount_minor if known else None


@dataclass(frozen=True, slots=True)
class Loss:
    """By what a deal's part is lost: an event of this type, so many days after its month at most."""

    event_type: str
    within_days: int


def lost_share(
    events: Sequence[DealEvent], loss: Loss, month: Period, until: date, *, whole_deal: bool = False
) -> Fraction:
    """The share of a deal's part of a month that an event took away, from the month itself to so many days after it.

    A refund takes what was refunded of what had been paid by the end of its month; if it names its payment, all of it
    is of that payment's month. Of a part that was earned on the whole deal (`whole_deal`) it takes what was refunded of
    the amount the deal was won for. Any other event takes the whole.
    """
    last = min(month.last_day + timedelta(days=loss.within_days), until)
    losses = [item for item in events if item.type == loss.event_type and month.first_day <= item.day <= last]
    if loss.event_type != REFUND:
        return WHOLE if losses else Fraction(0)
    amount = _won_for(events, until) if whole_deal else None
    if amount:
        return min(Fraction(_added(losses, REFUND), amount), WHOLE)
    return min(sum((_refunded(item, events, month) for item in losses), Fraction(0)), WHOLE)


def _refunded(refund: DealEvent, events: Sequence[DealEvent], month: Period) -> Fraction:
    payments = [item for item in events if item.type == PAYMENT]
    named = [item for item in payments if refund.of_payment_id and item.payment_id == refund.of_payment_id]
    if named:
        if Period.of(named[0].day) != month:
            return Fraction(0)
        paid = _added([item for item in payments if Period.of(item.day) == month], PAYMENT)
    else:
        paid = _added([item for item in payments if item.day <= Period.of(refund.day).last_day], PAYMENT)
    return Fraction(refund.amount_minor or 0, paid) if paid > 0 else WHOLE


def _added(events: Iterable[DealEvent], event_type: str) -> int:
    return sum(item.amount_minor or 0 for item in events if item.type == event_type)


@dataclass(frozen=True, slots=True)
class Settled:
    """Held parts that a month lets go, with the reason: the deal is paid, in part or in full, or its time has come."""

    part: LinePart
    because: str


PAID_IN_FULL, PAID_IN_PART, TIME, CORRECTION = "paid_in_full", "paid_in_part", "time", "correction"


def settled(
    part: LinePart, events: Sequence[DealEvent], period: Period, *, lost: bool, kept_minor: int | None = None
) -> tuple[Settled, ...]:
    """How a month settles what is left of a held part, as the parts that take it away; nothing if all is kept on.

    `kept_minor` is what was kept in all where it is released as the deal is paid: of that so much is let go in all that
    it is the paid share, rounded once, so that the months add up to what was kept. What is released stays released.

    Money without a deal is never forfeited: nobody could have met its condition. Less than nothing is held where a
    correction came after the settlement: it goes the same way, back to finance or (`lost`) to what was forfeited.
    """
    assert part.due_on is not None, "what is held back has a day"
    left = part.amount_minor
    if left < 0:
        return (Settled(_let_go(part, PartOf.FORFEITED if lost else PartOf.RELEASED, left), CORRECTION),)
    share = paid_share(events, period.last_day) if part.deal_id != NO_DEAL else Fraction(0)
    if share == WHOLE:
        return (Settled(_let_go(part, PartOf.RELEASED, left), PAID_IN_FULL),)
    found = []
    if kept_minor is not None:
        released = min(max(round_half_up(kept_minor * share) - (kept_minor - left), 0), left)
        found += [Settled(_let_go(part, PartOf.RELEASED, released), PAID_IN_PART)] if released else []
        left -= released
    if left and part.due_on <= period.last_day:
        forfeits = part.otherwise == FORFEIT and part.deal_id != NO_DEAL
        found.append(Settled(_let_go(part, PartOf.FORFEITED if forfeits else PartOf.RELEASED, left), TIME))
    return tuple(found)


def _let_go(part: LinePart, what: PartOf, amount_minor: int) -> LinePart:
    return LinePart(what, part.month, part.rule, part.deal_id, -amount_minor, part.due_on, part.otherwise)
