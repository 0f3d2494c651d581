"""Awards: the points and streaks that the days of a month are worth under a plan, and the day that wins a badge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor

from service.domain.award import streak_lengths
from service.domain.measured import Sums, added, value_of
from service.plans.exact import Known, holds, number
from service.plans.expression import Expr, Name, Type, Value, names_in
from service.plans.plan import Plan
from service.plans.points import Badge, PointRule

LIFETIME = "lifetime."
"""How the names of a badge's condition begin."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a person under a plan: whether it was a working day that the person was there on, and what is known."""

    day: date
    is_working: bool
    known: Known


@dataclass(frozen=True, slots=True)
class Given:
    """What a rule gave for a day: points, the number that was counted, the days in a row that were reached."""

    day: date
    rule: str
    points: int
    value: Fraction = Fraction(0)
    length: int = 0


@dataclass(frozen=True, slots=True)
class Worth:
    """What days gave by rule and day, and how long each streak is on the evening of the last of them."""

    given: tuple[Given, ...]
    lengths: Mapping[str, int]


def days_worth(rules: Mapping[str, PointRule], days: Sequence[Day], carried: Mapping[str, int]) -> Worth:
    """What the days are worth; `carried` are the lengths of streaks on the evening before.

    A day gives a row where it gives points or lengthens a streak.
    """
    working = [day for day in days if day.is_working]
    found: list[Given] = []
    lengths: dict[str, int] = {}
    for rule in rules.values():
        match rule.kind:
            case "per":
                found += [_counted(rule, day) for day in days]
            case "when":
                met = _met(rule, working)
                found += [
                    Given(day.day, rule.id, rule.points) for day, is_met in zip(working, met, strict=True) if is_met
                ]
            case _:
                given, lengths[rule.id] = _streak(rule, working, carried.get(rule.id, 0))
                found += given
    return Worth(tuple(given for given in found if given.points or given.length), lengths)


def _counted(rule: PointRule, day: Day) -> Given:
    value = number(Name(f"metric.{rule.metric}", Type.NUM), day.known)
    points = max(floor(value * rule.each), 0)
    return Given(day.day, rule.id, points if rule.daily_max is None else min(points, rule.daily_max), value)


def _streak(rule: PointRule, working: Sequence[Day], carried: int) -> tuple[list[Given], int]:
    rewards, met = dict(rule.rewards), _met(rule, working)
    lengths = streak_lengths(met, rule.freezes_per_month, carried)
    given = [
        Given(day.day, rule.id, rewards.get(length, 0), length=length)
        for day, is_met, length in zip(working, met, lengths, strict=True)
        if is_met
    ]
    return given, lengths[-1] if lengths else carried


def _met(rule: PointRule, days: Sequence[Day]) -> list[bool]:
    """Which days meet the condition of a rule; one of which something asked for is not known does not."""
    assert rule.when is not None, "only what is counted has no condition"
    names, when = names_in(rule.when), rule.when
    return [names <= day.known.keys() and holds(when, day.known) for day in days]


def names_of_days(plan: Plan) -> frozenset[str]:
    """What the point rules of a plan ask of a day."""
    asked = [names_in(rule.when) for rule in plan.points.values() if rule.when is not None]
    counted = {f"metric.{rule.metric}" for rule in plan.points.values() if rule.metric}
    return frozenset(counted.union(*asked))


def day_won(plan: Plan, badge: Badge, before: Sums, days: Mapping[date, Sums]) -> date | None:
    """The first of the days on whose evening a badge is won; `before` is everything done until then."""
    sums = before
    for day in sorted(days):
        sums = added(sums, days[day])
        if is_won(plan, badge.when, sums):
            return day
    return None


def is_won(plan: Plan, when: Expr, sums: Sums) -> bool:
    """Whether the condition of a badge holds on everything done so far."""
    known: dict[str, Value] = {
        name: value_of(plan.metrics[name.removeprefix(LIFETIME)], sums, plan.metrics) for name in names_in(when)
    }
    return holds(when, known)
