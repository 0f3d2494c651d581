"""Gaming: one quick unit of a daily metric that pays more than a week of another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from service.domain.money import MINOR_PER_UNIT
from service.domain.standard import Unit
from service.plans.expression import Type
from service.plans.finding import Finding, Place
from service.plans.given import Given
from service.plans.lint.sweep import Sweep, point
from service.plans.plan import Plan
from service.plans.render import money_text

WEEKS_OF_A_MONTH = Fraction(52, 12)
"""Weeks in a month, on average over a year."""


def gamed(plan: Plan, sweeps: Sequence[Sweep], starts: Sequence[Given]) -> list[Finding]:
    """Daily metrics of which one unit pays more than a week of another metric with a standard."""
    daily = {f"metric.{standard.metric}" for standard in plan.standards.values() if standard.per is Unit.DAY}
    counted = sorted({sweep.name for sweep in sweeps if sweep.type is Type.NUM and sweep.name in daily})
    others = sorted({f"metric.{standard.metric}" for standard in plan.standards.values()} & plan.inputs)
    found: list[Finding] = []
    for name in counted:
        beside = [other for other in others if other != name]
        pairs = [pair for given in starts for other in beside for pair in _pairs(plan, given, name, other)]
        if pairs:
            other, unit_minor, week_minor = max(pairs, key=lambda pair: pair[1] - pair[2])
            unit, week = _money(unit_minor), _money(week_minor)
            this, that = _titled(plan, name), _titled(plan, other)
            message = f"One more of {this} pays {unit}, more than a whole week of {that}, {week}."
            hint, subject = "Lower its price, or accept it.", name.removeprefix("metric.")
            found.append(Finding("W-GAMING", message, _place(plan, name, starts), hint, subject, unit_minor))
    return found


def _pairs(plan: Plan, given: Given, name: str, other: str) -> Iterator[tuple[str, int, int]]:
    here, there = given.inputs.get(name, 0), given.inputs.get(other, 0)
    if isinstance(here, str | bool) or isinstance(there, str | bool) or not there:
        return
    month = point(plan, given, name, Fraction(here)).total
    steps = (point(plan, given, name, max(Fraction(here) + step, Fraction(0))).total for step in (1, -1))
    unit = min(abs(total - month) for total in steps)
    week = Fraction(month - point(plan, given, other, Fraction(0)).total) / WEEKS_OF_A_MONTH
    if unit > week > 0:
        yield other, unit, int(week)


def _titled(plan: Plan, name: str) -> str:
    return f'{name} ("{plan.metrics[name.removeprefix("metric.")].title}")'


def _place(plan: Plan, name: str, starts: Sequence[Given]) -> Place:
    """Where the line is written that one more of it moves most."""
    moved: dict[str, int] = {}
    for given in starts:
        here = given.inputs.get(name, 0)
        if isinstance(here, str | bool):
            continue
        before, after = (point(plan, given, name, Fraction(here) + step).lines for step in (0, 1))
        moved |= {line: max(moved.get(line, 0), abs(after[line] - before[line])) for line in after}
    return max(plan.rules, key=lambda rule: moved.get(rule.id, 0)).place


def _money(minor: int) -> str:
    return money_text(Fraction(minor, MINOR_PER_UNIT))
