"""Sweeps: what a plan pays while one input moves and everything else stays as in an example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from service.domain.metric import Better
from service.domain.money import Exact
from service.plans.deals import DEAL, DEAL_NAMES, DEALS, deals_in
from service.plans.evaluate import work_out
from service.plans.expression import Type, Value, names_in
from service.plans.fast import amounts
from service.plans.given import Given
from service.plans.lint.corners import corners
from service.plans.order import expressions_of
from service.plans.plan import Plan

GRID = 25
"""Points spread evenly over the range of an input, beside its corners."""

REACH = 3
"""The range goes to this many times the largest corner or given value."""

FAR = 1000
"""A value beyond any month, to see whether pay still rises there."""

MOVED = ("metric.", "team.")
"""The families of what somebody does."""

ACCUMULATED = "accumulated."
"""How the names begin that a rule over a quarter or a year reads."""

CENT = Fraction(1, 100)
TENTH_OF_A_PERCENT = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Point:
    """One value of the moving input, the whole month and its payable part in minor units."""

    at: Fraction
    total: int
    payable: int
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Sweep:
    """All points of one input around one example, in rising order, with two far beyond."""

    name: str
    unit: Fraction
    type: Type
    better: Better
    points: tuple[Point, ...]
    far: tuple[Point, Point]

    @property
    def subject(self) -> str:
        """What `accept: at:` calls the input: a metric by its name, a team metric as `team.X`."""
        return self.name.removeprefix("metric.")


def movable(plan: Plan) -> list[str]:
    """The inputs of a month that somebody's work moves: metrics and team metrics, not targets or salaries."""
    return sorted(name for name in moving_inputs(plan) if name.startswith(MOVED))


def moving_inputs(plan: Plan) -> set[str]:
    """All inputs that somebody's work moves, of the month or accumulated."""
    used = set[str]().union(*(names_in(expr) for rule in plan.rules for expr in expressions_of(rule)))
    for name in reversed(list(plan.derived)):
        used |= names_in(plan.derived[name]) if name in used else set()
    found = used & plan.inputs - _targets(plan)
    return {name for name in found if name.startswith(MOVED) or (name.startswith(ACCUMULATED) and _is_moved(name))}


def _is_moved(name: str) -> bool:
    return name.split(".")[-2] + "." in MOVED


def _targets(plan: Plan) -> set[str]:
    return {f"team.{standard.team_target}" for standard in plan.standards.values() if standard.team_target}


def sweeps(plan: Plan, given: Given) -> Iterator[Sweep]:
    """One sweep for every input that moves, and for each number of the first deal where the plan pays single deals."""
    known = {**work_out(plan, given.inputs, given.period).known, **_first_deal(given)}
    numbers = [name for name in sorted(plan.deal_names) if DEAL_NAMES[name] is not Type.TEXT and name in known]
    for name in (*movable(plan), *numbers):
        yield _sweep(plan, given, name, known)


def _first_deal(given: Given) -> Mapping[str, Value]:
    return next(iter(deals_in(given.inputs).values()), {})


def type_of(plan: Plan, name: str) -> Type:
    """The type of an input that moves."""
    return DEAL_NAMES.get(name) or plan.declared[name]


def _sweep(plan: Plan, given: Given, name: str, known: Mapping[str, Value]) -> Sweep:
    kind = type_of(plan, name)
    unit = unit_of(kind)
    turns = corners(plan, name, known)
    here = known.get(name)
    top = max([*turns, here if isinstance(here, Fraction) else Fraction(1), unit]) * REACH
    if kind is Type.RATIO:
        top = min(top, Fraction(1))
    values = {Fraction(index) * top / GRID for index in range(GRID + 1)} | set(_around(turns, unit))
    whole = sorted({_on_unit(value, unit) for value in values if 0 <= value <= top})
    points = tuple(point(plan, given, name, value) for value in whole)
    beyond = top if kind is Type.RATIO else max(top, Fraction(FAR)) * FAR
    far = (point(plan, given, name, beyond), point(plan, given, name, beyond * 2))
    return Sweep(name, unit, kind, better_of(plan, name), points, far)


def unit_of(kind: Type) -> Fraction:
    """The smallest step of an input: one of a count, one cent, a tenth of a percent."""
    return CENT if kind is Type.MONEY else TENTH_OF_A_PERCENT if kind is Type.RATIO else Fraction(1)


def _around(turns: list[Fraction], unit: Fraction) -> Iterator[Fraction]:
    for turn in turns:
        below, above = floor(turn / unit) * unit, ceil(turn / unit) * unit
        yield from (below - unit, below, above, above + unit)


def _on_unit(value: Fraction, unit: Fraction) -> Fraction:
    return round(value / unit) * unit


def point(plan: Plan, given: Given, name: str, value: Fraction) -> Point:
    """What the plan gives with one input changed; a number of a deal is changed in the first deal."""
    if name.startswith(DEAL):
        name = f"{DEALS}{next(iter(deals_in(given.inputs)))}.{name.removeprefix(DEAL)}"
    inputs: dict[str, Exact | str | bool] = {**given.inputs, name: value}
    lines = amounts(plan, inputs, given.period)
    payable = {rule.id for rule in plan.rules if rule.meaning.payable}
    return Point(value, sum(lines.values()), sum(lines[line] for line in lines if line in payable), lines)


def better_of(plan: Plan, name: str) -> Better:
    """Which direction of an input is good."""
    family, _, key = name.partition(".")
    if family == "team":
        return plan.team_metrics[key].better if key in plan.team_metrics else Better.HIGHER
    return plan.metrics[key].better if key in plan.metrics else Better.HIGHER
