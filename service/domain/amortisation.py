"""Amortisation: a cost spread over the months of a contract in equal parts, to the cent (ASC 340, IFRS 15)."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.period import Period


@dataclass(frozen=True, slots=True)
class Spread:
    """A cost in minor units, spread over so many months from the month worked on; and the month that posts it."""

    amount_minor: int
    months: int
    month_worked: Period
    posted_in: Period


def straight_line(amount_minor: int, months: int) -> list[int]:
    """Equal parts, cut to the cent towards zero; the last month takes the remainder."""
    each = abs(amount_minor) // months
    sign = -1 if amount_minor < 0 else 1
    return [*[sign * each] * (months - 1), amount_minor - sign * each * (months - 1)]


def recognised(spread: Spread, period: Period) -> int:
    """What of a cost is an expense of a month, in minor units.

    The month that posts it takes what fell to the months before: a correction that comes late catches up.
    """
    parts = straight_line(spread.amount_minor, spread.months)
    reached = _index(period) - _index(spread.month_worked)
    if period < spread.posted_in:
        return 0
    if period == spread.posted_in:
        return sum(parts[: reached + 1])
    return parts[reached] if reached < spread.months else 0


def remaining(spread: Spread, period: Period) -> int:
    """What of a cost is still deferred at the end of a month, in minor units."""
    if period < spread.posted_in:
        return 0
    return sum(straight_line(spread.amount_minor, spread.months)[_index(period) - _index(spread.month_worked) + 1 :])


def schedule(spread: Spread) -> list[tuple[Period, int]]:
    """Every month that takes a part, from the one that posts the cost on; together they are the cost."""
    found: list[tuple[Period, int]] = []
    month = spread.posted_in
    while True:
        found.append((month, recognised(spread, month)))
        if _index(month) - _index(spread.month_worked) >= spread.months - 1:
            return found
        month = month.following


def _index(period: Period) -> int:
    return period.year * 12 + period.month
