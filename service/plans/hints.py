"""Hints: what the next call, meeting or euro would pay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from service.domain.metric import Better
from service.domain.money import MINOR_PER_UNIT
from service.plans.evaluate import in_force, work_out
from service.plans.exact import Known
from service.plans.expression import Type
from service.plans.fast import amounts
from service.plans.given import Given
from service.plans.lint.corners import corners
from service.plans.lint.sweep import ACCUMULATED, better_of, moving_inputs, unit_of
from service.plans.paper.steps import numbers_in
from service.plans.paper.wording import phrase
from service.plans.plan import Plan
from service.plans.render import money_text, shown

MAX_REACH = 2
"""A corner further away than this many times the present value is no hint for this month."""


NEAR = 5
"""So few more of anything are never far away, however little was done so far."""


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
    plan = in_force(plan, given.inputs)
    known = work_out(plan, given.inputs, given.period).known
    moving = _Moving(plan, given, known, sum(amounts(plan, given.inputs, given.period).values()))
    found = [hint for names in _moved_together(plan) if (hint := _hint(moving, names))]
    return sorted(found, key=lambda hint: (-hint.gain_minor, hint.name))


def told(hint: Hint, language: str) -> str:
    """As a person reads it in a language: 3 more of “Meetings” unlock 50.00."""
    title = f"„{hint.title_bg or hint.title}“" if language == "bg" else f"“{hint.title}”"
    values = {"step": shown(abs(hint.step), hint.type), "gain": money_text(Fraction(hint.gain_minor, MINOR_PER_UNIT))}
    spoken = {name: numbers_in(language, text) for name, text in values.items()}
    return phrase("hint_more" if hint.step > 0 else "hint_less", language, title=title, **spoken)


@dataclass(frozen=True, slots=True)
class _Moving:
    """A month that is tried with more of something; `now` is what it pays as it is, in minor units."""

    plan: Plan
    given: Given
    known: Known
    now: int

    def at(self, name: str) -> Fraction:
        """What an input is worth."""
        value = self.known[name]
        assert isinstance(value, Fraction)
        return value

    def gain(self, names: Sequence[str], step: Fraction) -> int:
        """What so much more of these inputs would pay, in minor units."""
        inputs = {**self.given.inputs, **{name: self.at(name) + step for name in names}}
        return sum(amounts(self.plan, inputs, self.given.period).values()) - self.now


def _moved_together(plan: Plan) -> list[tuple[str, ...]]:
    """The inputs that one thing done moves: of the month, and since its quarter or year began."""
    groups: dict[str, list[str]] = {}
    for name in sorted(moving_inputs(plan), key=lambda name: (name.startswith(ACCUMULATED), name)):
        groups.setdefault(_bare(name), []).append(name)
    return [tuple(groups[name]) for name in sorted(groups)]


def _bare(name: str) -> str:
    return ".".join(name.split(".")[-2:])


def _hint(moving: _Moving, names: Sequence[str]) -> Hint | None:
    plan, name = moving.plan, names[0]
    bare = _bare(name)
    unit, better = unit_of(plan.declared[bare]), better_of(plan, bare)
    steps = {
        value - moving.at(one)
        for one in names
        for value in _ahead(corners(plan, one, moving.known), moving.at(one), unit, better)
    }
    for step in sorted(steps, key=abs):
        gain = moving.gain(names, step)
        if gain > 0:
            title, title_bg = _titles(plan, bare)
            return Hint(name, title, title_bg, plan.declared[bare], step, moving.at(name) + step, gain)
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
        if here == 0 or at <= max(here * MAX_REACH, here + NEAR * unit):
            yield from (at, at + unit)


def _titles(plan: Plan, name: str) -> tuple[str, str]:
    family, _, key = name.partition(".")
    described: Mapping[str, object] = plan.team_metrics if family == "team" else plan.metrics
    found = described[key]
    return getattr(found, "title", key), getattr(found, "title_bg", "")
