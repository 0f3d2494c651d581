"""Figures: how numbers are written for people, in Bulgarian and in English."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from service.domain.money import MINOR_PER_UNIT, Exact, round_half_up, to_minor

GAP = "\N{NO-BREAK SPACE}"
"""Between thousands, and between a number and its unit: a line never breaks there."""

MINUS = "\N{MINUS SIGN}"

SIGNS = {"EUR": "€", "BGN": "лв."}
"""Currencies with a sign of their own; any other is written by its code."""

SECONDS_OF_A_MINUTE = 60

SECONDS_OF_AN_HOUR = 3600

TENTHS = 10


class Language(StrEnum):
    """A language that pages are written in."""

    BG = "bg"
    EN = "en"


def number(value: Exact, language: Language, places: int = 0) -> str:
    """A number with so many places, rounded half up: 1 234,5 in Bulgarian, 1 234.5 in English."""
    scaled = round_half_up(Fraction(value) * 10**places)
    whole, part = divmod(abs(scaled), 10**places)
    text = f"{whole:,}".replace(",", GAP)
    if places:
        text += ("," if language is Language.BG else ".") + f"{part:0{places}d}"
    return MINUS + text if scaled < 0 else text


def count(value: Exact, language: Language) -> str:
    """A count: whole where it is whole, else with one place, as a prorated target is."""
    return number(value, language, 0 if Fraction(value).denominator == 1 else 1)


def money(amount_minor: int, language: Language, currency: str = "EUR") -> str:
    """An amount with its currency: 1 234,50 €."""
    return f"{number(Fraction(amount_minor, MINOR_PER_UNIT), language, 2)}{GAP}{SIGNS.get(currency, currency)}"


def value(amount: Exact, value_type: str, language: Language) -> str:
    """The value of a metric in natural units: money with its currency, anything else as a count."""
    if value_type == "ratio":
        return f"{number(Fraction(amount) * 100, language, 1)}{GAP}%"
    return money(to_minor(amount), language) if value_type == "money" else count(amount, language)


def score(tenths: int, language: Language) -> str:
    """A score as the board ranks it: 101,8 %."""
    return f"{number(Fraction(tenths, TENTHS), language, 1)}{GAP}%"


def points(tenths: int, language: Language) -> str:
    """A distance between two scores, without a unit."""
    return number(Fraction(tenths, TENTHS), language, 1)


def percent_cut(share: Fraction, language: Language) -> str:
    """An attainment beside a standard: cut to tenths, so that 99,99 % never reads as reached."""
    return score(int(share * 100 * TENTHS), language)


def duration(seconds: int, language: Language) -> str:
    """A length of time: 3 min 12 s."""
    hours, rest = divmod(seconds, SECONDS_OF_AN_HOUR)
    minutes, left = divmod(rest, SECONDS_OF_A_MINUTE)
    words = ("ч", "мин", "сек") if language is Language.BG else ("h", "min", "s")
    parts = [f"{amount}{GAP}{word}" for amount, word in zip((hours, minutes, left), words, strict=True) if amount]
    return " ".join(parts) or f"0{GAP}{words[2]}"
