"""Promises of conversions: what money in another currency comes to, and which rate it takes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.conversion import (
    MONEY_FIELDS,
    Amount,
    Conversion,
    conversion_document,
    conversion_from_document,
    convert,
    foreign_amounts,
    in_company_money,
)
from service.domain.event import Event, JsonValue, Operation
from service.domain.exchange_rate import MAX_AGE, ExchangeRate, Rates
from service.sources.event_types import FIELDS, Shape

SET_AT = datetime(2026, 1, 5, tzinfo=UTC)
DAY = date(2026, 10, 14)


def event(data: dict[str, JsonValue], op: Operation | None = None) -> Event:
    return Event("crm", "p1", "payment.received", SET_AT, "ann", data, op=op)


def rate(currency: str, day: date, text: str, minutes: int = 0) -> ExchangeRate:
    return ExchangeRate(currency, day, Decimal(text), SET_AT + timedelta(minutes=minutes), "finance")


def cents(amount: str, currency: str, day: date, rates: Rates | None = None) -> int | str:
    found = convert([Amount("amount", Fraction(amount), currency)], "EUR", day, rates or Rates())
    return found if isinstance(found, str) else found.amounts[0].amount_minor


@pytest.mark.parametrize(
    ("levs", "euros"),
    [("1.95583", 100), ("100.00", 5113), ("0.01", 1), ("1000000.00", 51129188), ("50.00", 2556), ("-50.00", -2556)],
)
def test_a_lev_costs_what_the_law_says_and_each_amount_is_rounded_half_up(levs: str, euros: int) -> None:
    table = Rates([rate("BGN", date(2025, 12, 1), "2.5")])
    assert cents(levs, "BGN", date(2025, 12, 31), table) == euros


def test_there_are_no_levs_after_2025_whatever_a_table_says() -> None:
    assert cents("100.00", "BGN", date(2026, 1, 1), Rates([rate("BGN", date(2026, 1, 1), "1.95583")])) == "BGN"


def test_a_company_that_keeps_another_currency_has_a_rate_for_levs_like_for_any_other() -> None:
    amounts = [Amount("amount", Fraction(100), "BGN")]
    found = convert(amounts, "USD", DAY, Rates([rate("BGN", DAY, "1.60")]))
    assert isinstance(found, Conversion)
    assert [(item.amount_minor, item.rate_day) for item in found.amounts] == [(6250, DAY)]


def test_the_latest_rate_on_or_before_the_day_holds_and_of_one_day_the_last_that_was_set() -> None:
    table = Rates(
        [
            rate("USD", DAY, "1.25", minutes=5),
            rate("USD", DAY, "1.20", minutes=1),
            rate("USD", DAY - timedelta(days=3), "1.10"),
            rate("USD", DAY + timedelta(days=1), "2.00"),
            rate("GBP", DAY, "0.80"),
        ]
    )
    assert cents("100.00", "USD", DAY, table) == 8000
    assert cents("100.00", "USD", DAY - timedelta(days=1), table) == 9091
    assert cents("100.00", "USD", DAY - timedelta(days=4), table) == "USD"


def test_a_rate_is_not_used_when_it_is_older_than_its_age() -> None:
    table = Rates([rate("USD", DAY - MAX_AGE, "1.25")])
    assert cents("100.00", "USD", DAY, table) == 8000
    assert cents("100.00", "USD", DAY + timedelta(days=1), table) == "USD"


def test_half_a_cent_is_rounded_up_and_no_binary_fraction_is_near() -> None:
    table = Rates([rate("USD", DAY, "2")])
    assert cents("0.01", "USD", DAY, table) == 1
    assert cents("0.03", "USD", DAY, table) == 2
    assert cents("-0.03", "USD", DAY, table) == -2


@given(st.integers(1, 10**12), st.decimals(Decimal("0.0001"), Decimal(5000), places=4))
def test_no_conversion_is_off_by_more_than_half_a_cent(sent: int, units: Decimal) -> None:
    found = cents(str(Decimal(sent) / 100), "USD", DAY, Rates([rate("USD", DAY, str(units))]))
    assert isinstance(found, int)
    assert abs(Fraction(found) * Fraction(units) - sent) <= Fraction(units) / 2


def test_an_event_keeps_everything_but_its_money_and_every_amount_becomes_the_companys() -> None:
    told = event({"amount": "100.00", "margin": {"amount": "40.00", "currency": "GBP"}, "currency": "USD", "note": "x"})
    table = Rates([rate("USD", DAY, "1.25"), rate("GBP", DAY, "0.80")])
    found = convert(foreign_amounts(told, "EUR", MONEY_FIELDS), "EUR", DAY, table)
    assert isinstance(found, Conversion)
    assert conversion_from_document(conversion_document(found)) == found
    assert [(item.field, item.sent, item.currency, item.rate, item.amount_minor) for item in found.amounts] == [
        ("amount", "100.00", "USD", "1.25", 8000),
        ("margin", "40.00", "GBP", "0.80", 5000),
    ]
    assert in_company_money(told, found).data == {
        "amount": "80.00",
        "margin": {"amount": "50.00", "currency": "EUR"},
        "currency": "EUR",
        "note": "x",
    }


def test_an_event_is_converted_whole_or_not_at_all() -> None:
    amounts = [Amount("amount", Fraction(100), "USD"), Amount("margin", Fraction(40), "GBP")]
    assert convert(amounts, "EUR", DAY, Rates([rate("USD", DAY, "1.25")])) == "GBP"


def test_an_amount_that_names_no_currency_itself_has_the_one_of_its_event() -> None:
    told = event({"amount": {"amount": "1.00"}, "currency": "USD"})
    assert [item.currency for item in foreign_amounts(told, "EUR", MONEY_FIELDS)] == ["USD"]


@pytest.mark.parametrize(
    "data",
    [
        {"amount": "1.00"},
        {"amount": "1.00", "currency": "EUR"},
        {"amount": {"amount": "1.00", "currency": "EUR"}, "currency": "USD"},
        {"amount": None, "currency": "USD"},
        {"talk_s": 60, "currency": "USD"},
    ],
)
def test_what_is_in_the_companys_money_or_no_money_is_left_alone(data: dict[str, JsonValue]) -> None:
    assert foreign_amounts(event(data), "EUR", MONEY_FIELDS) == []


def test_every_field_of_money_of_our_types_is_known_and_none_of_them_holds_anything_else() -> None:
    shapes = {(name, field.shape) for known in FIELDS.values() for name, field in known.items()}
    assert {name for name, shape in shapes if shape is Shape.MONEY} == MONEY_FIELDS
    assert {shape for name, shape in shapes if name in MONEY_FIELDS} == {Shape.MONEY}
