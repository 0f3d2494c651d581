"""Money: integer minor units, exact values before the line, one rounding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from service.domain.errors import InvalidError

Exact = int | Decimal | Fraction
"""A number without a rounding error; floats are refused everywhere."""

MINOR_PER_UNIT = 100
"""Minor units in a currency unit. Every currency we pay in has cents; a new one would need a dated setting."""

_MONEY = re.compile(r"-?[0-9]{1,16}(\.[0-9]+)?")


class MoneyError(InvalidError):
    """An amount that is not an exact amount of money."""

    code = "invalid_amount"


def round_half_up(value: Exact) -> int:
    """Round to a whole number, halves away from zero.

    The one rounding rule of the product: PostgreSQL `round(numeric)` and spreadsheets do the same, so finance can
    check with either.
    """
    exact = Fraction(value)
    magnitude = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return magnitude if exact >= 0 else -magnitude


def to_minor(units: Exact) -> int:
    """Currency units to minor units, rounded once, half up."""
    return round_half_up(Fraction(units) * MINOR_PER_UNIT)


def to_units(amount_minor: int) -> Decimal:
    """Minor units to currency units, exactly, with two places."""
    return Decimal(amount_minor).scaleb(-2)


def parse_minor(text: str) -> int:
    """Read a decimal string such as "1500.00"; more than two significant places is an error, never a rounding."""
    if not _MONEY.fullmatch(text):
        raise MoneyError(f'"{text[:40]}" is not an amount; write it like "1500.00".')
    minor = Fraction(text) * MINOR_PER_UNIT
    if minor.denominator != 1:
        raise MoneyError(f'"{text[:40]}" has more than two decimal places; amounts are exact to the cent.')
    return minor.numerator


def format_minor(amount_minor: int) -> str:
    """Minor units as the plain decimal text used in JSON and CSV: -1234567 -> "-12345.67"."""
    sign = "-" if amount_minor < 0 else ""
    units, cents = divmod(abs(amount_minor), MINOR_PER_UNIT)
    return f"{sign}{units}.{cents:02d}"


def split_largest_remainder(amount_minor: int, weights: Sequence[Exact]) -> list[int]:
    """Split an amount by weights so that the parts add up to the whole.

    Largest remainder (Hamilton): everybody gets the floor, the cents left go to the largest remainders;
    ties to the larger weight, then to the earlier position (callers sort by stable id).
    """
    shares = [Fraction(weight) for weight in weights]
    total = sum(shares, Fraction(0))
    if total <= 0 or any(share < 0 for share in shares):
        raise MoneyError("A split needs weights of zero or more with a positive sum.")
    sign = -1 if amount_minor < 0 else 1
    quotas = [abs(amount_minor) * share / total for share in shares]
    parts = [quota.numerator // quota.denominator for quota in quotas]
    left = abs(amount_minor) - sum(parts)
    order = sorted(range(len(parts)), key=lambda i: (-(quotas[i] - parts[i]), -shares[i], i))
    for index in order[:left]:
        parts[index] += 1
    return [sign * part for part in parts]
