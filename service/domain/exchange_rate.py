"""Exchange rates: what a unit of the company's money costs in another currency, from which day on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from service.domain.errors import InvalidError, Problem, TooLargeError

EURO, LEV = "EUR", "BGN"

LEVS_FOR_A_EURO = Decimal("1.95583")
"""Fixed by law for good: no table changes it, so a company that keeps euros needs no rate of the lev."""

LAST_DAY_OF_THE_LEV = date(2025, 12, 31)
"""From the next day on Bulgaria pays in euros; an amount in levs is a mistake of its sender."""

MAX_AGE = timedelta(days=31)
"""How old the latest rate may be on the day it is used: a company that sets one rate a month has one for every day."""

MAX_ROWS = 10_000
"""A year of daily rates of the thirty currencies of the European Central Bank; more would keep others waiting."""

_CURRENCY = re.compile(r"[A-Z]{3}")
_RATE = re.compile(r"\d{1,9}(\.\d{1,10})?")


class RatesRefusedError(InvalidError):
    """Rates with mistakes; none of them was kept."""

    code = "rates_refused"

    def __init__(self, problems: Sequence[Problem], rows: int) -> None:
        super().__init__(f"{len(problems)} mistakes in {rows} rates; none was kept.", tuple(problems))


class TooManyRatesError(TooLargeError):
    """Rates over the limit."""

    code = "too_many_rates"

    def __init__(self, rows: int) -> None:
        super().__init__(f"{rows} rates are more than one request takes ({MAX_ROWS}). Send them in parts.")


@dataclass(frozen=True, slots=True)
class RateRow:
    """One rate as it came; `place` says where, with {} for the column: "line 7, column {}:" or "/rates/6/{}"."""

    place: str
    currency: str
    day: str
    rate: str


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """From `day` on a unit of the company's money costs `rate` units of the currency."""

    currency: str
    day: date
    rate: Decimal
    set_at: datetime
    set_by: str

    @property
    def holds_until(self) -> date:
        """The last day on which it may be used if no later one is known."""
        return self.day + MAX_AGE


class Rates:
    """The rates that may be needed, of each currency and day the one that was set last."""

    def __init__(self, rates: Iterable[ExchangeRate] = ()) -> None:
        newest = {(item.currency, item.day): item for item in sorted(rates, key=lambda item: item.set_at)}
        self._latest_first = sorted(newest.values(), key=lambda item: item.day, reverse=True)

    def find(self, currency: str, day: date) -> ExchangeRate | None:
        """The latest rate of a currency on or before a day, if it is not too old."""
        known = (item for item in self._latest_first if item.currency == currency and item.day <= day)
        latest = next(known, None)
        return latest if latest is not None and day <= latest.holds_until else None


def is_fixed(currency: str, home: str) -> bool:
    """Whether the law says what the company's money (`home`) costs in this currency."""
    return (currency, home) == (LEV, EURO)


def read_rates(
    rows: Sequence[RateRow], home: str, set_by: str, *, now: datetime
) -> tuple[list[ExchangeRate], list[Problem]]:
    """The rates of all rows without mistakes, and every mistake of the others; `home` is the company's currency."""
    if len(rows) > MAX_ROWS:
        raise TooManyRatesError(len(rows))
    rates: dict[tuple[str, date], ExchangeRate] = {}
    problems: list[Problem] = []
    for row in rows:
        found = _problems(row, home)
        problems += found
        if not found:
            rate = ExchangeRate(row.currency, date.fromisoformat(row.day), Decimal(row.rate), now, set_by)
            if rates.setdefault((rate.currency, rate.day), rate).rate != rate.rate:
                detail = "Another row says a different rate of this currency and day."
                problems.append(_problem(row, "rate", "contradiction", detail))
    return list(rates.values()), problems


def _problems(row: RateRow, home: str) -> list[Problem]:
    found = []
    if not _CURRENCY.fullmatch(row.currency):
        found.append(_problem(row, "currency", "invalid_currency", "A currency is three capital letters, such as USD."))
    elif row.currency == home:
        found.append(_problem(row, "currency", "own_currency", f"The company keeps {home}; leave this row out."))
    elif is_fixed(row.currency, home):
        detail = f"A euro is {LEVS_FOR_A_EURO} levs by law, whatever a table says; leave this row out."
        found.append(_problem(row, "currency", "fixed_rate", detail))
    if not _is_day(row.day):
        found.append(_problem(row, "day", "invalid_day", "Write the day like 2026-11-30."))
    if not _RATE.fullmatch(row.rate) or not Decimal(row.rate):
        detail = (
            f"Write what one {home} costs in this currency, above zero, "
            'with at most ten decimal places, such as "1.1725".'
        )
        found.append(_problem(row, "rate", "invalid_rate", detail))
    return found


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _problem(row: RateRow, column: str, code: str, detail: str) -> Problem:
    return Problem(code, detail, row.place.format(column))
