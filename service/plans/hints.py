"""Hints: what the next call, meeting or euro would pay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from service.domain.metric import Better
from service.domain.money import MINOR_PER_UNIT
from service.plans.evaluate import work_out
from service.plans.exact import Known
from service.plans.expression import Type
from service.plans.fast import amounts
from service.plans.given import Given
from service.plans.lint.corners import corners
from service.plans.lint.sweep import better_of, movable, point, unit_of
from service.plans.plan import Plan
from service.plans.render import money_text, shown

MAX_REACH = 2
"""A corner further away than this many times the present value is no hint for this month."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A step in one input and what it would pay: the nearest corner that pays more than the way to it."""

    name: str
    title: str
    title_bg: str
    type: Type
    step: Fraction
    to: Fraction
    gain_minor: int

    def __str__(self) -> str:
        """As a person reads it: 1 more of Calls pays 1,674.04."""
        direction = "more" if self.step > 0 else "less"
        gain = money_text(Fraction(self.gain_minor, MINOR_PER_UNIT))
        return f"{shown(abs(self.step), self.type)} {direction} of {self.title} pays {gain}"


def hints(plan: Plan, given: Given) -> list[Hint]:
    """One hint for each input that can still pay more, the best gain for the step first."""
    known = work_out(plan, given.inputs, given.period).known
    now = sum(amounts(plan, given.inputs, given.period).values())
    found = [hint for name in movable(plan) if (hint := _hint(plan, given, known, name, now))]
    return sorted(found, key=lambda hint: (-hint.gain_minor, hint.name))


def _hint(plan: Plan, given: Given, known: Known, name: str, now: int) -> Hint | None:
    here = known[name]
    assert isinstance(here, Fraction)
    unit = unit_of(plan.declared[name])
    for value in _ahead(corners(plan, name, known), here, unit, better_of(plan, name)):
        gain = point(plan, given, name, value).total - now
        if gain > 0:
            title, title_bg = _titles(plan, name)
            return Hint(name, title, title_bg, plan.declared[name], value - here, value, gain)
    return None


def _ahead(turns: list[Fraction], here: Fraction, unit: Fraction, better: Better) -> Iterator[Fraction]:
    """The values to try, the nearest first: one unit, then each corner and the unit behind it."""
    if better is Better.LOWER:
        yield from (value for value in (here - unit,) if value >= 0 and unit >= 1)
        for turn in sorted((turn for turn in turns if turn < here), reverse=True):
            at = floor(turn / unit) * unit
            yield from (value for value in (at, at - unit) if 0 <= value < here)
        return
    if unit >= 1:
        yield here + unit
    for turn in sorted(turn for turn in turns if turn > here):
        at = ceil(turn / unit) * unit
        if here == 0 or at <= here * MAX_REACH:
            yield from (at, at + unit)


def _titles(plan: Plan, name: str) -> tuple[str, str]:
    family, _, key = name.partition(".")
    described: Mapping[str, object] = plan.team_metrics if family == "team" else plan.metrics
    found = described[key]
    return getattr(found, "title", key), getattr(found, "title_bg", "")
