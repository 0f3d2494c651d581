"""Values of event fields: each shape checked, and brought to the one spelling that we keep."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from service.domain.event import JsonValue
from service.domain.money import MoneyError, format_minor, parse_minor
from service.sources.event_types import Field, Shape
from service.sources.json_text import is_in_range
from service.sources.times import parse_time

LARGEST_PLAIN_AMOUNT = "999999999.99"
"""Amounts with more digits are held for clarification: no deal of any customer comes near a thousand million."""

NAME_CHARACTERS = 255
"""Longest name of a lead, deal or customer: what a key of an index may be."""

COUNT_MAXIMUM = 2**53
"""Counts and seconds beyond this are mistakes; below it their sums stay whole in 64 bits."""

_CURRENCY = re.compile(r"[A-Z]{3}")
_MONTH = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])")
_DECIMAL = re.compile(r"-?\d{1,28}(\.\d{1,18})?", re.ASCII)


ValueReader = Callable[[JsonValue], JsonValue]
"""Gives a value in our spelling, or raises `ValueFault`."""


class ValueFault(Exception):  # noqa: N818 - it becomes a rejection of one item and is no error of ours
    """What is wrong with one value of an item, and where."""

    def __init__(self, code: str, detail: str, pointer: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.pointer = pointer


def read_value(field: Field, value: JsonValue, pointer: str) -> JsonValue:
    """The value of a field in our spelling; `ValueFault` where it has another shape."""
    if value is None:
        return None
    return _READERS[field.shape](field, value, pointer)


def reader_of(field: Field, pointer: str) -> ValueReader:
    """The reader of one field, found once and used for every value that comes; `pointer` says where the value is."""
    read = _READERS[field.shape]
    return lambda value: None if value is None else read(field, value, pointer)


def read_currency(value: JsonValue, pointer: str) -> str:
    """A currency code."""
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise ValueFault("invalid_currency", "A currency is three capital letters, such as EUR.", pointer)
    return value


def is_oversized(amount: JsonValue) -> bool:
    """Whether an amount, as `read_value` gave it, is beyond what anybody pays."""
    text = amount.get("amount") if isinstance(amount, dict) else amount
    return isinstance(text, str) and len(text.removeprefix("-")) > len(LARGEST_PLAIN_AMOUNT)


def _text(field: Field, value: JsonValue, pointer: str) -> JsonValue:
    if not isinstance(value, str):
        raise _misshapen(field, pointer)
    if field.words and value not in field.words:
        raise ValueFault("invalid_field", f"This field is one of: {', '.join(field.words)}.", pointer)
    return value


def _name(field: Field, value: JsonValue, pointer: str) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > NAME_CHARACTERS:
        raise _misshapen(field, pointer)
    return str(value)


def _flag(field: Field, value: JsonValue, pointer: str) -> JsonValue:
    if not isinstance(value, bool):
        raise _misshapen(field, pointer)
    return value


def _count(field: Field, value: JsonValue, pointer: str) -> JsonValue:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= COUNT_MAXIMUM:
        raise _misshapen(field, pointer)
    _demand_range(field, value, "invalid_field", pointer)
    return value


def _decimal(field: Field, value: JsonValue, pointer: str) -> JsonValue:
    number = _number(value)
    if number is None:
        raise _misshapen(field, pointer)
    _demand_range(field, number, "invalid_field", pointer)
    return number


def _money(field: Field, value: JsonValue, pointer: str) -> JsonValue:
    if isinstance(value, dict):
        if value.keys() - {"amount", "currency"} or "amount" not in value:
            raise _misshapen(field, pointer)
        found: dict[str, JsonValue] = {"amount": _amount(field, value["amount"], f"{pointer}/amount")}
        if value.get("currency") is not None:
            found["currency"] = read_currency(value["currency"], f"{pointer}/currency")
        return found
    return _amount(field, value, pointer)


def _amount(field: Field, value: JsonValue, pointer: str) -> str:
    number = _number(value)
    try:
        minor = parse_minor(format(number, "f")) if number is not None else None
    except MoneyError:
        minor = None
    if minor is None:
        detail = 'An amount is a decimal text such as "1500.00", exact to the cent.'
        raise ValueFault("invalid_amount", detail, pointer)
    _demand_range(field, Decimal(minor).scaleb(-2), "invalid_amount", pointer)
    return format_minor(minor)


def _time(field: Field, value: JsonValue, pointer: str) -> JsonValue:
    moment = parse_time(value) if isinstance(value, str) else None
    if moment is None:
        raise _misshapen(field, pointer)
    return moment.isoformat()


def _day(field: Field, value: JsonValue, pointer: str) -> JsonValue:
    if isinstance(value, str) and len(value) == len("2026-11-01"):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    raise _misshapen(field, pointer)


def _when(field: Field, value: JsonValue, pointer: str) -> JsonValue:
    is_day = isinstance(value, str) and len(value) == len("2026-11-01")
    return (_day if is_day else _time)(field, value, pointer)


def _month(field: Field, value: JsonValue, pointer: str) -> JsonValue:
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise _misshapen(field, pointer)
    return value


def _number(value: JsonValue) -> Decimal | None:
    """A number, or a plain decimal text; "1e5" and "NaN" are texts of calculators, not of books."""
    if isinstance(value, str):
        if not _DECIMAL.fullmatch(value):
            return None
        try:
            value = Decimal(value)
        except InvalidOperation:
            return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    return number if is_in_range(number) else None


def _demand_range(field: Field, number: Decimal | int, code: str, pointer: str) -> None:
    if field.minimum is not None and number < field.minimum:
        raise ValueFault(code, f"This field is {field.minimum} or more.", pointer)
    if field.maximum is not None and number > field.maximum:
        raise ValueFault(code, f"This field is {field.maximum} or less.", pointer)


def _misshapen(field: Field, pointer: str) -> ValueFault:
    return ValueFault("invalid_field", f"This field is {field.shape.value}.", pointer)


_READERS: Mapping[Shape, Callable[[Field, JsonValue, str], JsonValue]] = {
    Shape.TEXT: _text,
    Shape.NAME: _name,
    Shape.FLAG: _flag,
    Shape.COUNT: _count,
    Shape.MONEY: _money,
    Shape.DECIMAL: _decimal,
    Shape.TIME: _time,
    Shape.DAY: _day,
    Shape.WHEN: _when,
    Shape.MONTH: _month,
}
