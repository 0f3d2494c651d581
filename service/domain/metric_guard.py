"""Guards of a metric: how often an event may count, and how surely it must come from its sender."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from service.domain.money import Exact

HOUR = timedelta(hours=1)
"""The span of `max_per_hour`: any sixty minutes, so that a full hour on the clock opens no second portion."""


class Guard(StrEnum):
    """What left an event out of a metric."""

    MAX_PER_HOUR = "max_per_hour"
    MIN_GAP_S = "min_gap_s"
    DISTINCT_COUNTERPARTY = "distinct_counterparty_per_day"


@dataclass(frozen=True, slots=True)
class Guards:
    """How often the events of one person may count on one day; 0 and "" ask for nothing.

    `counterparty` is the field of the event that says with whom it was; the same one counts once a day.
    """

    max_per_hour: int = 0
    min_gap_s: int = 0
    counterparty: str = ""

    def limit(self, guard: Guard) -> int:
        """The number a guard allows: events, seconds, or once."""
        return {Guard.MAX_PER_HOUR: self.max_per_hour, Guard.MIN_GAP_S: self.min_gap_s}.get(guard, 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """One event that asks to count: when it happened, and with whom (empty: the sender does not say)."""

    at: datetime
    counterparty: str = ""


@dataclass(frozen=True, slots=True)
class TrustDemand:
    """The trust that an event needs to count, from an amount of its field on (None: whatever it says)."""

    level: int
    start: Exact | None = None


def guard_day(guards: Guards, asked: Sequence[Asked]) -> list[Guard | None]:
    """What leaves each event of one person's day out (None: it counts), given in the order in which they happened.

    An event that is left out is as if it had never happened: it neither fills an hour nor makes others too early.
    """
    answers: list[Guard | None] = []
    counted: list[Asked] = []
    met: set[str] = set()
    for one in asked:
        found = _refusing(guards, one, counted, met)
        answers.append(found)
        if found is None:
            counted.append(one)
            met.add(one.counterparty)
    return answers


def _refusing(guards: Guards, one: Asked, counted: Sequence[Asked], met: set[str]) -> Guard | None:
    if guards.counterparty and one.counterparty and one.counterparty in met:
        return Guard.DISTINCT_COUNTERPARTY
    if guards.min_gap_s and counted and one.at - counted[-1].at < timedelta(seconds=guards.min_gap_s):
        return Guard.MIN_GAP_S
    most = guards.max_per_hour
    if most and len(counted) >= most and one.at - counted[-most].at < HOUR:
        return Guard.MAX_PER_HOUR
    return None
