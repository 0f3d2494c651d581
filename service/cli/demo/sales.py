"""The sales of one person: deals from the first need to the money in the bank, renewals, and what was lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from service.cli.demo.chance import WHOLE, dice, happens
from service.cli.demo.company import Seller
from service.cli.demo.message import Message, message, some_moment
from service.domain.money import format_minor, split_largest_remainder
from service.domain.period import Period
from service.domain.person import FULL_TIME_BP

CURRENCY = "EUR"

PLAN_MINOR = {
    ("closer", "junior"): 2_500_000,
    ("closer", "middle"): 3_750_000,
    ("closer", "senior"): 5_000_000,
    ("farmer", "junior"): 4_500_000,
    ("farmer", "middle"): 6_000_000,
    ("farmer", "senior"): 8_400_000,
}
"""What a month of a role and grade should bring: the targets of the plan files, which the simulation steers by."""

EXPANSION_PERCENT = 20
"""The part of a farmer's money that comes from selling more, the rest being renewals."""

WORST_MONTH, BEST_MONTH = 66, 124
"""A month's luck in per cent of what the person's craft would bring."""

REFUND_PERCENT = 4
"""Payments of which some is given back."""

CHURN_PERCENT = 5
"""Customers up for renewal who leave."""

MARGIN_PERCENT = (38, 52)
"""The gross margin of a deal, from and to."""

WHOLE_EUROS_MINOR = 1_000
"""Prices end in tens of euros."""


@dataclass(frozen=True, slots=True)
class Sale:
    """One sale: whose, under which name, for how much, and the fields that all its messages carry."""

    seller: Seller
    name: str
    amount_minor: int
    customer_kind: str
    product: str

    def tell(self, kind: str, happened_at: datetime, **fields: object) -> Message:
        """A message about this sale."""
        return message(
            kind, f"{kind.replace('.', '-')}-{self.name}", self.seller.crm_user, happened_at,
            deal_id=f"deal-{self.name}", customer_id=f"customer-{self.name}", customer_kind=self.customer_kind,
            product=self.product, **fields,
        )  # fmt: skip

    def tell_money(self, kind: str, happened_at: datetime, amount_minor: int, **fields: object) -> Message:
        """A message about money of this sale."""
        return self.tell(kind, happened_at, amount=format_minor(amount_minor), currency=CURRENCY, **fields)


def sales(seed: int, seller: Seller, month: Period, days: Sequence[date]) -> Iterator[Message]:
    """All messages about the sales that are paid in a month; `days` are all working days of the person that we tell of.

    A stage that would lie before the first of the days is not told: the sale began before the records do.
    """
    chance = dice(seed, seller.person_id, "sales", month)
    own = [day for day in days if Period.of(day) == month]
    plan_minor = PLAN_MINOR[seller.role, seller.assignment.grade] * seller.assignment.fte_bp // FULL_TIME_BP
    luck_percent = seller.craft * chance.randint(WORST_MONTH, BEST_MONTH) // WHOLE
    month_minor = plan_minor * luck_percent // WHOLE
    if not own:
        return
    if seller.role == "closer":
        yield from _deals(chance, seller, month_minor, "new", _pay_days(chance, own, 7, 11), days)
        return
    expansion_minor = month_minor * EXPANSION_PERCENT // WHOLE
    yield from _deals(chance, seller, expansion_minor, "existing", _pay_days(chance, own, 3, 5), days)
    yield from _renewals(chance, seller, month_minor - expansion_minor, _pay_days(chance, own, 14, 20), days)


def _pay_days(chance: Random, days: Sequence[date], fewest: int, most: int) -> list[date]:
    return sorted(chance.choice(days) for _ in range(chance.randint(fewest, most)))


def _deals(
    chance: Random, seller: Seller, month_minor: int, customer_kind: str, pay_days: Sequence[date], days: Sequence[date]
) -> Iterator[Message]:
    product = "expansion" if customer_kind == "existing" else "subscription"
    for number, (paid_on, amount_minor) in enumerate(_priced(chance, month_minor, pay_days)):
        name = f"{seller.crm_user}-{paid_on:%Y-%m}-{product}-{number}"
        sale = Sale(seller, name, amount_minor, customer_kind, product)
        way = _Way(chance, days, paid_on)
        yield from _won(sale, way)
        yield from _money(chance, sale, way)
        yield from _lost(Sale(seller, f"{name}-lost", amount_minor, customer_kind, product), way)


def _renewals(
    chance: Random, seller: Seller, month_minor: int, pay_days: Sequence[date], days: Sequence[date]
) -> Iterator[Message]:
    for number, (paid_on, amount_minor) in enumerate(_priced(chance, month_minor, pay_days)):
        sale = Sale(seller, f"{seller.crm_user}-{paid_on:%Y-%m}-renewal-{number}", amount_minor, "existing", "renewal")
        way = _Way(chance, days, paid_on)
        decided = way.before(chance.randint(0, 4))
        if happens(chance, CHURN_PERCENT):
            yield from (sale.tell_money("subscription.churned", moment, amount_minor) for moment in decided)
            continue
        yield from (sale.tell_money("subscription.renewed", moment, amount_minor) for moment in decided)
        yield from _money(chance, sale, way)


def _priced(chance: Random, month_minor: int, pay_days: Sequence[date]) -> list[tuple[date, int]]:
    """The money of a month over its payments, none of them tiny, all in tens of euros."""
    weights = [chance.randint(40, 160) for _ in pay_days]
    tens = split_largest_remainder(month_minor // WHOLE_EUROS_MINOR, weights)
    return [(day, ten * WHOLE_EUROS_MINOR) for day, ten in zip(pay_days, tens, strict=True)]


@dataclass(frozen=True, slots=True)
class _Way:
    """The way to a payment, told backwards from its day in the person's working days."""

    chance: Random
    days: Sequence[date]
    paid_on: date

    def before(self, workdays: int) -> list[datetime]:
        """A moment so many of the person's working days before the payment; none before the records begin."""
        index = self.days.index(self.paid_on) - workdays
        return [some_moment(self.chance, self.days[index])] if 0 <= index < len(self.days) else []


def _won(sale: Sale, way: _Way) -> Iterator[Message]:
    chance = way.chance
    invoice = chance.randint(2, 8)
    signed = invoice + chance.randint(0, 2)
    proposal = signed + chance.randint(2, 7)
    created = proposal + chance.randint(1, 5)
    for moment in way.before(created):
        yield sale.tell_money("deal.created", moment, sale.amount_minor)
    for moment in way.before(proposal):
        yield sale.tell_money("proposal.sent", moment, sale.amount_minor)
    for moment in way.before(signed):
        yield sale.tell_money("contract.signed", moment, sale.amount_minor)
        margin = format_minor(sale.amount_minor * dice(sale.name, "margin").randint(*MARGIN_PERCENT) // WHOLE)
        yield sale.tell_money(
            "deal.won", moment + timedelta(minutes=5), sale.amount_minor, term_months=12, margin=margin
        )
    for moment in way.before(invoice):
        yield sale.tell_money("invoice.issued", moment, sale.amount_minor, invoice_id=f"invoice-{sale.name}")


def _money(chance: Random, sale: Sale, way: _Way) -> Iterator[Message]:
    payment = f"payment-{sale.name}"
    for moment in way.before(0):
        yield sale.tell_money(
            "payment.received", moment, sale.amount_minor,
            payment_id=payment, invoice_id=f"invoice-{sale.name}", first_payment=sale.customer_kind == "new",
        )  # fmt: skip
    if happens(chance, REFUND_PERCENT):
        refund_minor = sale.amount_minor * chance.choice((20, 50, 100)) // WHOLE
        for moment in way.before(-chance.randint(2, 6)):
            yield sale.tell_money(
                "payment.refunded", moment, refund_minor, payment_id=f"refund-{sale.name}", of_payment_id=payment
            )


def _lost(sale: Sale, way: _Way) -> Iterator[Message]:
    """For every sale another one that came to nothing."""
    chance = way.chance
    lost = chance.randint(0, 5)
    proposal = lost + chance.randint(2, 6)
    for moment in way.before(proposal + chance.randint(1, 4)):
        yield sale.tell_money("deal.created", moment, sale.amount_minor)
    for moment in way.before(proposal):
        yield sale.tell_money("proposal.sent", moment, sale.amount_minor)
    for moment in way.before(lost):
        yield sale.tell("deal.lost", moment, reason=chance.choice(("price", "competitor", "no_budget", "no_decision")))
