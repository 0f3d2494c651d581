"""Moves: cliffs, falling pay, pay without end, months below zero, and effort that pays nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from service.domain.metric import Better
from service.domain.money import MINOR_PER_UNIT
from service.plans.expression import Type, names_in
from service.plans.finding import Finding
from service.plans.lint.sweep import Point, Sweep
from service.plans.order import expressions_of
from service.plans.plan import Plan, Rule
from service.plans.render import money_text, shown

CLIFF = Fraction(1, 10)
"""One unit that moves the month by more than this share is a cliff."""

STEEPER = 3
"""A cliff is also this many times steeper than the units beside it; a fair price of a large deal is no cliff."""

ADVICE = {
    "W-NONMONO": "Let what comes later pay no less, or turn `better` of the metric.",
    "W-CLIFF": "Make it smoother with mode marginal or interpolated, or accept it.",
    "W-UNBOUNDED": "Add a cap, or accept it.",
    "W-NEGATIVE": "Add a floor, or a smaller `max`.",
    "W-DEAD": "Close the gap, or accept it.",
}
"""What an author can do about a finding."""

DEAD = Fraction(1, 5)
"""A stretch without pay is dead if it is this share of the range up to the last point that pays more."""


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to the month between two values of an input."""

    sweep: Sweep
    before: Point
    after: Point

    @property
    def change(self) -> int:
        """The difference of the month in minor units."""
        return self.after.total - self.before.total


def moved(plan: Plan, all_sweeps: Sequence[Sweep]) -> list[Finding]:
    """One finding of each code for each input: the one that moves most money."""
    found: list[Finding] = []
    for name in sorted({sweep.name for sweep in all_sweeps}):
        own = [sweep for sweep in all_sweeps if sweep.name == name]
        found += _falling(plan, own)
        found += _cliffs(plan, own)
        found += _endless(plan, own)
        found += _dead(plan, own)
    return [*found, *_negative(plan, all_sweeps)]


def _moves(sweeps: Sequence[Sweep]) -> Iterator[Move]:
    for sweep in sweeps:
        for before, after in pairwise(sweep.points):
            yield Move(sweep, before, after)


def _falling(plan: Plan, sweeps: Sequence[Sweep]) -> Iterator[Finding]:
    wrong = [move for move in _moves(sweeps) if _is_wrong(move)]
    if wrong:
        worst = max(wrong, key=lambda move: abs(move.change))
        direction = "falls" if worst.change < 0 else "rises"
        good = "more" if worst.sweep.better is Better.HIGHER else "less"
        text = f"Pay {direction} by {_money(abs(worst.change))} as {_name(plan, worst.sweep)} goes {_from_to(worst)},"
        yield _finding("W-NONMONO", plan, worst, f"{text} and {good} of it is better.")


def _is_wrong(move: Move) -> bool:
    return move.change < 0 if move.sweep.better is Better.HIGHER else move.change > 0


def _cliffs(plan: Plan, sweeps: Sequence[Sweep]) -> Iterator[Finding]:
    steep = [move for sweep in sweeps for move in _steep(sweep)]
    if steep:
        worst = max(steep, key=lambda move: abs(move.change))
        step = shown(worst.sweep.unit, worst.sweep.type)
        where = shown(worst.before.at, worst.sweep.type)
        text = f"{step} more of {_name(plan, worst.sweep)} at {where} moves the month by {_money(worst.change)}"
        yield _finding("W-CLIFF", plan, worst, f"{text}, from {_money(worst.before.total)}.")


def _steep(sweep: Sweep) -> Iterator[Move]:
    steps = [Move(sweep, before, after) for before, after in pairwise(sweep.points)]
    for index, move in enumerate(steps):
        if move.after.at - move.before.at != sweep.unit:
            continue
        month = max(abs(move.before.total), abs(move.after.total))
        beside = [_rate(other) for other in (*steps[max(index - 1, 0) : index], *steps[index + 1 : index + 2])]
        if abs(move.change) > month * CLIFF and abs(move.change) > STEEPER * min(beside, default=Fraction(0)):
            yield move


def _rate(move: Move) -> Fraction:
    units = (move.after.at - move.before.at) / move.sweep.unit
    return Fraction(abs(move.change)) / units if units else Fraction(0)


def _endless(plan: Plan, sweeps: Sequence[Sweep]) -> Iterator[Finding]:
    for sweep in sweeps:
        near, far = sweep.far
        if sweep.type is not Type.RATIO and far.total > near.total:
            text = f"Pay has no upper limit in {_name(plan, sweep)}: at {shown(far.at, sweep.type)} the month"
            move = Move(sweep, near, far)
            yield _finding("W-UNBOUNDED", plan, move, f"{text} is {_money(far.total)} and still rises.")
            return


def _negative(plan: Plan, sweeps: Sequence[Sweep]) -> Iterator[Finding]:
    lowest = _below_zero([(sweep, sweep.points) for sweep in sweeps])
    lowest = lowest or _below_zero([(sweep, sweep.far) for sweep in sweeps])
    if lowest:
        sweep, first, worst = min(lowest, key=lambda item: item[2].payable)
        text = (
            f"The variable part of the month goes below zero with {_name(plan, sweep)} at {shown(first.at, sweep.type)}"
        )
        far = f", {_money(worst.payable)} at {shown(worst.at, sweep.type)}" if worst.at != first.at else ""
        move = Move(sweep, sweep.points[0], worst)
        yield _finding("W-NEGATIVE", plan, move, f"{text}: {_money(first.payable)}{far}.")


def _below_zero(sweeps: Sequence[tuple[Sweep, Sequence[Point]]]) -> list[tuple[Sweep, Point, Point]]:
    """The first point below zero and the lowest one, where a sweep goes there."""
    below = [(sweep, [point for point in points if point.payable < 0]) for sweep, points in sweeps]
    return [(sweep, points[0], min(points, key=lambda point: point.payable)) for sweep, points in below if points]


def _dead(plan: Plan, sweeps: Sequence[Sweep]) -> Iterator[Finding]:
    for sweep in sweeps:
        if sweep.better is Better.LOWER:
            continue
        best = max(point.total for point in sweep.points)
        last = next((point.at for point in sweep.points if point.total == best), Fraction(0))
        start, end = _longest_flat([point for point in sweep.points if point.at <= last])
        if last and start.at > 0 and start.total > sweep.points[0].total and (end.at - start.at) / last >= DEAD:
            text = f"Between {shown(start.at, sweep.type)} and {shown(end.at, sweep.type)} more {_name(plan, sweep)}"
            yield _finding("W-DEAD", plan, Move(sweep, start, end), f"{text} pays nothing, and pays again above.")
            return


def _longest_flat(points: Sequence[Point]) -> tuple[Point, Point]:
    best = start = points[0], points[0]
    for before, after in pairwise(points):
        start = (start[0], after) if before.total == after.total else (after, after)
        best = max(best, start, key=lambda stretch: stretch[1].at - stretch[0].at)
    return best


def _finding(code: str, plan: Plan, move: Move, message: str) -> Finding:
    changes = {line: move.after.lines[line] - move.before.lines[line] for line in move.after.lines}
    cause = max(changes, key=lambda line: abs(changes[line]))
    rules = {rule.id: rule for rule in plan.rules}
    rule, hint = rules[cause], f'Most of it is rule "{cause}". {ADVICE[code]}'
    if not changes[cause]:
        rule, hint = next(rule for rule in plan.rules if _mentions(rule, move.sweep.name, plan)), ADVICE[code]
    return Finding(code, message, rule.place, hint, move.sweep.subject, move.change)


def _mentions(rule: Rule, name: str, plan: Plan) -> bool:
    names = set[str]().union(*(names_in(expr) for expr in expressions_of(rule)))
    for inner in reversed(list(plan.derived)):
        names |= names_in(plan.derived[inner]) if inner in names else set()
    return name in names


def _name(plan: Plan, sweep: Sweep) -> str:
    family, _, key = sweep.name.partition(".")
    if family == "deal":
        return f"{sweep.name} of a deal"
    title = plan.team_metrics[key].title if family == "team" else plan.metrics[key].title
    return f'{sweep.name} ("{title}")'


def _from_to(move: Move) -> str:
    kind = move.sweep.type
    return f"from {shown(move.before.at, kind)} to {shown(move.after.at, kind)}"


def _money(minor: int) -> str:
    return money_text(Fraction(minor, MINOR_PER_UNIT))
