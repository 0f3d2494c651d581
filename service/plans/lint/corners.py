"""Corners: the values of one input at which a comparison, a tier or a limit of a plan turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from service.plans.deals import DEAL
from service.plans.exact import Known, worth
from service.plans.expression import (
    Binary,
    Compare,
    Expr,
    Name,
    Piecewise,
    Ratio,
    Unary,
    names_in,
    walk,
)
from service.plans.order import expressions_of
from service.plans.plan import Plan


@dataclass(frozen=True, slots=True)
class Straight:
    """A value as `slope * x + start`, or as `start / x` where the input stands below."""

    slope: Fraction
    start: Fraction
    inverse: bool = False


def corners(plan: Plan, name: str, known: Known) -> list[Fraction]:
    """The positive values of an input at which something turns, all other names being worth what is known."""
    found: set[Fraction] = set()
    for left, right in _turns(plan):
        if not _concerns(name, plan.derived, left, right) or not _of_known_deal(left, right, known):
            continue
        a, b = (_straight(side, name, plan.derived, known) for side in (left, right))
        at = _meeting(a, b) if a and b else None
        if at is not None and at > 0:
            found.add(at)
    return sorted(found)


def _of_known_deal(left: Expr, right: Expr, known: Known) -> bool:
    """Whether everything that is asked of a deal is known: of a month without deals nothing is."""
    return all(name in known for name in (*names_in(left), *names_in(right)) if name.startswith(DEAL))


def _turns(plan: Plan) -> Iterator[tuple[Expr, Expr]]:
    exprs = [expr for rule in plan.rules for expr in expressions_of(rule)]
    for expr in [*exprs, *plan.derived.values()]:
        for item in walk(expr):
            if isinstance(item, Piecewise):
                yield from ((item.measure, piece.start) for piece in item.pieces)
            elif isinstance(item, Compare) or (isinstance(item, Binary) and item.op in {"min", "max"}):
                yield item.left, item.right


def _concerns(name: str, derived: Mapping[str, Expr], *sides: Expr) -> bool:
    names = set[str]().union(*(names_in(side) for side in sides))
    while True:
        inner = set[str]().union(*(names_in(derived[known]) for known in names if known in derived))
        if inner <= names:
            return name in names
        names |= inner


def _straight(expr: Expr, name: str, derived: Mapping[str, Expr], known: Known) -> Straight | None:
    """An expression as a straight line of one input; None if it is not one."""
    if not _concerns(name, derived, expr):
        value = worth(expr, known)
        return Straight(Fraction(0), value) if isinstance(value, Fraction) else None
    if isinstance(expr, Name):
        same = expr.name == name
        return Straight(Fraction(1), Fraction(0)) if same else _straight(derived[expr.name], name, derived, known)
    if isinstance(expr, Unary) and expr.op == "-":
        inner = _straight(expr.of, name, derived, known)
        return Straight(-inner.slope, -inner.start, inner.inverse) if inner else None
    if isinstance(expr, Binary | Ratio):
        left, right = (expr.top, expr.bottom) if isinstance(expr, Ratio) else (expr.left, expr.right)
        a, b = (_straight(side, name, derived, known) for side in (left, right))
        return _joined("/" if isinstance(expr, Ratio) else expr.op, a, b) if a and b else None
    return None


def _joined(op: str, a: Straight, b: Straight) -> Straight | None:
    if a.inverse or b.inverse:
        return _bounded(op, a, b)
    match op:
        case "+" | "-":
            sign = 1 if op == "+" else -1
            return Straight(a.slope + sign * b.slope, a.start + sign * b.start)
        case "*" if not a.slope or not b.slope:
            flat, other = (a, b) if not a.slope else (b, a)
            return Straight(other.slope * flat.start, other.start * flat.start)
        case "/" if not b.slope and b.start:
            return Straight(a.slope / b.start, a.start / b.start)
        case "/" if not a.slope and not b.start:
            return Straight(Fraction(0), a.start / b.slope, inverse=True)
        case _:
            return _bounded(op, a, b)


def _bounded(op: str, a: Straight, b: Straight) -> Straight | None:
    """`min` and `max` with a written bound: the side that moves; the bound is a corner of its own."""
    if op not in {"min", "max"}:
        return None
    moving = [side for side in (a, b) if side.slope or side.inverse]
    return moving[0] if len(moving) == 1 else None


def _meeting(a: Straight, b: Straight) -> Fraction | None:
    if a.inverse or b.inverse:
        under, flat = (a, b) if a.inverse else (b, a)
        return under.start / flat.start if flat.start and not flat.inverse and not flat.slope else None
    return (b.start - a.start) / (a.slope - b.slope) if a.slope != b.slope else None
