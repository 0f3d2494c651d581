"""An award: the points of a person's day, a streak handed from month to month, a badge of a working life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from service.domain.period import Period


@dataclass(frozen=True, slots=True)
class DayAward:
    """What one rule gave for one day of a person: whole points, and what they were given for.

    `value` is what was counted (of a rule for each thing), in natural units; `length` is how many days in a row a
    streak had reached, which is kept also where the day gave no points.
    """

    person_id: str
    day: date
    rule: str
    plan_hash: str
    points: int
    value: Fraction = Fraction(0)
    length: int = 0


@dataclass(frozen=True, slots=True)
class StreakMonth:
    """A streak in a month: its length on the last evening of the month before, and on the last evening of this one."""

    person_id: str
    period: Period
    plan_id: str
    rule: str
    plan_hash: str
    carried_in: int
    carried_out: int


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge of a person: the day on which it was won, None if it was looked for and not found.

    `kept` from the close of the month on: then it stays, whatever becomes of the facts.
    """

    person_id: str
    plan_id: str
    badge: str
    plan_hash: str = ""
    day: date | None = None
    kept: bool = False


def streak_lengths(done: list[bool], freezes: int, length: int = 0) -> list[int]:
    """The length of a streak on the evening of each of a month's working days, in order.

    A day that misses takes a freeze, which keeps the length; without one the streak begins again. Days off are not
    among the days, so they neither extend nor break it.
    """
    found = []
    for is_done in done:
        if is_done:
            length += 1
        elif freezes and length:
            freezes -= 1
        else:
            length = 0
        found.append(length)
    return found
