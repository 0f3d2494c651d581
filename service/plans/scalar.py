"""Scalars: how a single value is written in a plan file, and what it means exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

MAX_DIGITS = 24
"""Digits of one number: far above any sum of money, far below what makes arithmetic slow."""

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,2}(_\d{3})+|[1-9]\d*)(\.\d+)?(?P<percent>%)?")
_ALMOST_NUMBER = re.compile(
    r"[-+]?(\d[\d_']*)?\.?\d[\d_]*([eE][-+]?\d+)?\s*%?|[-+]?\d[\d_]*\.%?|[-+]?\.(inf|nan)", re.IGNORECASE
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SWITCHES = frozenset({"yes", "no", "on", "off", "y", "n"})
_NOTHING = frozenset({"", "~", "null"})


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage as it was written: `7.5%` holds 7.5."""

    number: Decimal

    @property
    def ratio(self) -> Fraction:
        """The exact share: 7.5 % is 75/1000."""
        return Fraction(self.number) / 100


ScalarValue = int | Decimal | Percent | date | bool | str | None
"""What a scalar can mean; a number with a point is exact, never a float."""


CanonicalValue = int | str | None
"""How a scalar stands in the canonical document (a bool is an int to Python and true or false in JSON)."""


class ScalarError(ValueError):
    """A scalar that means different things to different readers, with the way to write it."""


def read_scalar(text: str) -> ScalarValue:
    """What an unquoted scalar means; raises `ScalarError` where it is ambiguous."""
    if text.casefold() in _NOTHING:
        return None
    if text in {"true", "false"}:
        return text == "true"
    if text.casefold() in _SWITCHES or text.casefold() in {"true", "false"}:
        raise ScalarError(
            f"`{text}` is read as true or false by some programs; write true, false, or put it in quotes."
        )
    if _DATE.fullmatch(text):
        return _date(text)
    number = _NUMBER.fullmatch(text)
    if number is None:
        return _word(text)
    if sum(sign.isdigit() for sign in text) > MAX_DIGITS:
        raise ScalarError(f"This number has more than {MAX_DIGITS} digits.")
    if number["percent"]:
        return Percent(Decimal(text[:-1].replace("_", "")))
    return Decimal(text.replace("_", "")) if "." in text else int(text.replace("_", ""))


def canonical_scalar(value: ScalarValue) -> CanonicalValue:
    """The one JSON value for a meaning: `60_000`, `60000` and `60000.0` become the same."""
    match value:
        case bool() | int() | None:
            return value
        case Decimal():
            return int(value) if value == value.to_integral_value() else plain(value)
        case Percent():
            return f"{plain(value.number)}%"
        case date():
            return value.isoformat()
        case str():
            return value if _is_plain_text(value) else f'"{value}'


def scalar_of_canonical(value: CanonicalValue) -> ScalarValue:
    """The meaning of a canonical JSON value; a leading quotation mark says that the rest is text as it stands."""
    if not isinstance(value, str):
        return value
    return value[1:] if value.startswith('"') else read_scalar(value)


def plain(number: Decimal) -> str:
    """A decimal in plain digits, without trailing zeros and without an exponent."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def _is_plain_text(text: str) -> bool:
    try:
        return not text.startswith('"') and isinstance(read_scalar(text), str)
    except ScalarError:
        return False


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ScalarError(f"There is no day {text} in the calendar.") from None


def _word(text: str) -> str:
    if len(text) > MAX_DIGITS * 4 or not _ALMOST_NUMBER.fullmatch(text):
        return text
    if "e" in text.casefold():
        raise ScalarError(f"`{text}` has an exponent; write the number out, or put it in quotes if it is a text.")
    raise ScalarError(
        f"`{text[:40]}` is almost a number; write it like 1500, 50_000, 0.5 or 7.5%, or put it in quotes."
    )
