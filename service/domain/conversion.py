"""Conversion: the money of an event in the company's currency, beside what its sender wrote."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from service.domain.event import Event, JsonValue, Operation
from service.domain.exchange_rate import LAST_DAY_OF_THE_LEV, LEVS_FOR_A_EURO, Rates, is_fixed
from service.domain.metric import number_in
from service.domain.money import Exact, format_minor, to_minor

MONEY_FIELDS = frozenset({"amount", "margin", "cost", "budget", "spent"})
"""The fields of our own types of events that hold money."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in a field of an event, in the currency that its sender named."""

    field: str
    number: Exact
    currency: str


@dataclass(frozen=True, slots=True)
class Converted:
    """One amount and what became of it; `rate_day` is None where the law fixes the rate."""

    field: str
    sent: str
    currency: str
    rate: str
    rate_day: date | None
    amount_minor: int

    def as_json(self) -> dict[str, JsonValue]:
        """As it is kept and shown."""
        return {
            "field": self.field,
            "sent": self.sent,
            "currency": self.currency,
            "rate": self.rate,
            "rate_day": None if self.rate_day is None else self.rate_day.isoformat(),
            "amount": format_minor(self.amount_minor),
        }


@dataclass(frozen=True, slots=True)
class Conversion:
    """All amounts of an event in another currency than the company's, which is `home`."""

    home: str
    amounts: tuple[Converted, ...]


def names_another(event: Event, home: str) -> bool:
    """Whether an event may hold money in another currency at all; asked for every event, and nearly none does."""
    if event.op is Operation.VOID:
        return False
    data = event.data
    return data.get("currency") not in (None, home) or dict in map(type, data.values())


def foreign_amounts(event: Event, home: str, fields: Collection[str]) -> list[Amount]:
    """The money of an event in another currency than the company's, in the order of its fields.

    An amount names its currency itself; one that does not has the currency of the event, if the event has one.
    """
    own = event.data.get("currency")
    found = []
    for name in sorted(event.data):
        value = event.data[name]
        named = value.get("currency") if isinstance(value, dict) else None
        named = own if named is None and name in fields else named
        number = number_in(value) if named not in (None, home) else None
        if number is not None:
            found.append(Amount(name, number, str(named)))
    return found


def convert(amounts: Collection[Amount], home: str, day: date, rates: Rates) -> Conversion | str:
    """The amounts of one event in the company's currency, each rounded half up; else the currency without a rate."""
    found = []
    for item in amounts:
        known = _rate(item.currency, home, day, rates)
        if known is None:
            return item.currency
        rate, rate_day = known
        amount_minor = to_minor(Fraction(item.number) / Fraction(rate))
        found.append(Converted(item.field, _text(item.number), item.currency, str(rate), rate_day, amount_minor))
    return Conversion(home, tuple(found))


def in_company_money(event: Event, conversion: Conversion) -> Event:
    """The event as it counts: its amounts converted, everything else as it was sent."""
    data: dict[str, JsonValue] = dict(event.data)
    for item in conversion.amounts:
        amount = format_minor(item.amount_minor)
        if isinstance(data.get(item.field), dict):
            data[item.field] = {"amount": amount, "currency": conversion.home}
        else:
            data |= {item.field: amount, "currency": conversion.home}
    return replace(event, data=data)


def why_not_converted(currency: str, home: str, day: date) -> str:
    """Why money in this currency waits, and what to do."""
    if is_fixed(currency, home):
        return (
            f"The amount is in {currency} and of {day}: Bulgaria pays in {home} since the day after "
            f"{LAST_DAY_OF_THE_LEV}. Ask the sender to replace the event by one in {home}."
        )
    return (
        f"The amount is in {currency}, the company keeps {home}, and there is no rate of {currency} for {day}. "
        "Import one with `stimul rates import`; the event counts then by itself."
    )


def conversion_document(conversion: Conversion) -> dict[str, JsonValue]:
    """What is kept and shown of a conversion."""
    return {"currency": conversion.home, "amounts": [item.as_json() for item in conversion.amounts]}


def conversion_from_document(document: Mapping[str, object]) -> Conversion:
    """The conversion that was kept."""
    amounts = document["amounts"]
    assert isinstance(amounts, list), "a conversion is kept with its amounts"
    return Conversion(str(document["currency"]), tuple(_converted(item) for item in amounts))


def _converted(item: Mapping[str, str | None]) -> Converted:
    rate_day = item["rate_day"]
    return Converted(
        str(item["field"]),
        str(item["sent"]),
        str(item["currency"]),
        str(item["rate"]),
        None if rate_day is None else date.fromisoformat(rate_day),
        to_minor(Decimal(str(item["amount"]))),
    )


def _rate(currency: str, home: str, day: date, rates: Rates) -> tuple[Decimal, date | None] | None:
    if is_fixed(currency, home):
        return (LEVS_FOR_A_EURO, None) if day <= LAST_DAY_OF_THE_LEV else None
    found = rates.find(currency, day)
    return None if found is None else (found.rate, found.day)


def _text(number: Exact) -> str:
    """A number that a decimal text gave, as such a text again; money with both its cents."""
    exact = Fraction(number)
    cents = exact * 100
    if cents.denominator == 1:
        return format_minor(cents.numerator)
    return format((Decimal(exact.numerator) / Decimal(exact.denominator)).normalize(), "f")
