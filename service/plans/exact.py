"""Exact evaluation of expressions over fractions: the reference that every faster way must equal."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from service.plans.expression import (
    Binary,
    Compare,
    Const,
    Expr,
    If,
    In,
    Logic,
    Name,
    Piecewise,
    Ratio,
    Unary,
    Value,
)

Known = Mapping[str, Value]
"""What names are worth."""

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "min": min,
    "max": max,
}


class Worths(dict[str, Value]):
    """What names are worth in one evaluation of one plan, and what its expressions were found to be.

    A name is never worth something else later in the same evaluation, so an expression need be worked out only once.
    """

    __slots__ = ("found",)

    def __init__(self, *names: Mapping[str, Value]) -> None:
        super().__init__()
        for mapping in names:
            self.update(mapping)
        self.found: dict[int, Value] = {}


def number(expr: Expr, known: Known) -> Fraction:
    """What a numeric expression is worth."""
    value = worth(expr, known)
    assert isinstance(value, Fraction), expr
    return value


def holds(expr: Expr, known: Known) -> bool:
    """Whether a condition holds."""
    return bool(worth(expr, known))


def worth(expr: Expr, known: Known) -> Value:
    """What an expression is worth."""
    if isinstance(expr, Const):
        return expr.value
    if isinstance(expr, Name):
        return known[expr.name]
    if not isinstance(known, Worths):
        return _worked_out(expr, known)
    found = known.found.get(id(expr))
    if found is None:
        found = known.found[id(expr)] = _worked_out(expr, known)
    return found


def _worked_out(expr: Expr, known: Known) -> Value:
    match expr:
        case Const() | Name():
            return worth(expr, known)
        case Unary() | Binary() | Ratio():
            return _arithmetic(expr, known)
        case Compare() | Logic() | In():
            return _condition(expr, known)
        case If() | Piecewise():
            return worth(chosen(expr, known), known)


def chosen(expr: If | Piecewise, known: Known) -> Expr:
    """The expression that a choice leads to."""
    if isinstance(expr, If):
        return expr.then if holds(expr.condition, known) else expr.other
    measure = number(expr.measure, known)
    reached = expr.below
    for piece in expr.pieces:
        start = number(piece.start, known)
        if measure > start or (piece.included and measure == start):
            reached = piece.value
    return reached


def compare(op: str, left: Value, right: Value) -> bool:
    """One comparison."""
    return _COMPARISONS[op](left, right)


def _arithmetic(expr: Unary | Binary | Ratio, known: Known) -> Value:
    match expr:
        case Unary(op="not"):
            return not holds(expr.of, known)
        case Unary(op=op):
            value = number(expr.of, known)
            return abs(value) if op == "abs" else -value
        case Binary(op=op):
            result: Fraction = _ARITHMETIC[op](number(expr.left, known), number(expr.right, known))
            return result
        case Ratio():
            bottom = number(expr.bottom, known)
            return number(expr.top, known) / bottom if bottom else worth(expr.otherwise, known)


def _condition(expr: Compare | Logic | In, known: Known) -> bool:
    match expr:
        case Compare(op=op):
            return compare(op, worth(expr.left, known), worth(expr.right, known))
        case Logic(op=op, items=items):
            joined = all if op == "and" else any
            return joined(holds(item, known) for item in items)
        case In():
            value = worth(expr.item, known)
            return any(value == option.value for option in expr.options)
