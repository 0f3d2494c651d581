"""Days: stretches of the calendar, cut, joined and counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

Span = tuple[date, date]
"""Days on end, the first and the last included."""

Days = tuple[Span, ...]
"""Stretches in order of time that neither overlap nor touch."""

ONE_DAY = timedelta(days=1)


def joined(spans: Iterable[Span]) -> Days:
    """The days of all spans; what overlaps or touches becomes one stretch."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + ONE_DAY:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def common(days: Days, others: Days) -> Days:
    """The days that both have."""
    pairs = ((max(one[0], two[0]), min(one[1], two[1])) for one in days for two in others)
    return joined(pair for pair in pairs if pair[0] <= pair[1])


def each_of(days: Days) -> list[date]:
    """Every single day, in order."""
    return [first + n * ONE_DAY for first, last in days for n in range((last - first).days + 1)]


def holds(days: Days, day: date) -> bool:
    """Whether the day is one of them."""
    return any(first <= day <= last for first, last in days)
