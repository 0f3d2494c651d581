"""National identity numbers: how to recognise one, because none is ever stored."""

from __future__ import annotations

import re
from datetime import date

WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6)
"""Weights of the first nine digits in the check digit of a Bulgarian identity number."""

MONTHS_OF_A_CENTURY = 20
"""The month carries the century: 1 to 12 for the 1900s, 21 to 32 for the 1800s, 41 to 52 for the 2000s."""

CENTURIES = (1900, 1800, 2000)

_TEN_DIGITS = re.compile(r"(?<!\d)\d{10}(?!\d)")


def contains_national_id(text: str) -> bool:
    """Whether some ten digits of a text are a Bulgarian identity number: a day of birth and the right check digit."""
    return any(_is_national_id(match) for match in _TEN_DIGITS.findall(text))


def _is_national_id(digits: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=False))
    return total % 11 % 10 == int(digits[-1]) and _names_a_day(digits)


def _names_a_day(digits: str) -> bool:
    century, month = divmod(int(digits[2:4]) - 1, MONTHS_OF_A_CENTURY)
    if century >= len(CENTURIES):
        return False
    try:
        date(CENTURIES[century] + int(digits[:2]), month + 1, int(digits[4:6]))
    except ValueError:
        return False
    return True
