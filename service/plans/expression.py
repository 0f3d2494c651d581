"""Expressions: the typed tree that conditions and amounts become, and that every rule is lowered to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction


class Type(StrEnum):
    """What a value is; a bare number takes the type of what it meets, `any` follows from an error already noted."""

    NUM = "count"
    MONEY = "money"
    RATIO = "ratio"
    POINTS = "points"
    BOOL = "bool"
    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    ANY = "any"


Value = Fraction | str | bool | date
"""What an expression can be worth."""


@dataclass(frozen=True, slots=True)
class Const:
    """A value as it was written."""

    value: Value
    type: Type


@dataclass(frozen=True, slots=True)
class Name:
    """A value that is looked up: an input, a parameter, an attainment, an earlier line."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Unary:
    """`-`, `abs` or `not` of one value."""

    op: str
    of: Expr
    type: Type


@dataclass(frozen=True, slots=True)
class Binary:
    """`+ - * /`, `min` or `max` of two values."""

    op: str
    left: Expr
    right: Expr
    type: Type


@dataclass(frozen=True, slots=True)
class Ratio:
    """Exact division, with the answer for a divisor of zero."""

    top: Expr
    bottom: Expr
    otherwise: Expr
    type: Type


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison."""

    op: str
    left: Expr
    right: Expr
    type: Type = Type.BOOL


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` or `or` of several conditions."""

    op: str
    items: tuple[Expr, ...]
    type: Type = Type.BOOL


@dataclass(frozen=True, slots=True)
class In:
    """Whether a value is one of a list."""

    item: Expr
    options: tuple[Const, ...]
    type: Type = Type.BOOL


@dataclass(frozen=True, slots=True)
class If:
    """One value or another."""

    condition: Expr
    then: Expr
    other: Expr
    type: Type


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a measure: from its start (itself included or not) this value holds."""

    start: Expr
    included: bool
    value: Expr


@dataclass(frozen=True, slots=True)
class Piecewise:
    """The value of the last stretch that the measure has reached, or `below` before the first."""

    measure: Expr
    pieces: tuple[Piece, ...]
    below: Expr
    type: Type


Expr = Const | Name | Unary | Binary | Ratio | Compare | Logic | In | If | Piecewise
"""Any expression."""

ZERO = Const(Fraction(0), Type.NUMBER)
"""Nothing."""

ONE = Const(Fraction(1), Type.NUMBER)
"""The neutral factor."""


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside an expression."""
    match expr:
        case Unary(of=of):
            return (of,)
        case Binary(left=left, right=right) | Compare(left=left, right=right):
            return (left, right)
        case Ratio() | If():
            return _three(expr)
        case Logic() | In():
            return expr.items if isinstance(expr, Logic) else (expr.item, *expr.options)
        case Piecewise():
            inside = [part for piece in expr.pieces for part in (piece.start, piece.value)]
            return (expr.measure, *inside, expr.below)
        case Const() | Name():
            return ()


def _three(expr: Ratio | If) -> tuple[Expr, ...]:
    if isinstance(expr, Ratio):
        return (expr.top, expr.bottom, expr.otherwise)
    return (expr.condition, expr.then, expr.other)


def walk(expr: Expr) -> Iterator[Expr]:
    """An expression and everything inside it."""
    yield expr
    for child in children(expr):
        yield from walk(child)


def names_in(expr: Expr) -> set[str]:
    """The names an expression looks up."""
    return {item.name for item in walk(expr) if isinstance(item, Name)}


def renamed(expr: Expr, new_name: Callable[[str], str]) -> Expr:
    """The same expression with other names."""
    match expr:
        case Name(name=name, type=kind):
            return Name(new_name(name), kind)
        case Const():
            return expr
        case Unary(of=of):
            return replace(expr, of=renamed(of, new_name))
        case Binary() | Compare():
            return replace(expr, left=renamed(expr.left, new_name), right=renamed(expr.right, new_name))
        case _:
            return _renamed_inside(expr, new_name)


def _renamed_inside(expr: Ratio | Logic | In | If | Piecewise, new_name: Callable[[str], str]) -> Expr:
    match expr:
        case Ratio():
            top, bottom, otherwise = (renamed(part, new_name) for part in children(expr))
            return Ratio(top, bottom, otherwise, expr.type)
        case If():
            condition, then, other = (renamed(part, new_name) for part in children(expr))
            return If(condition, then, other, expr.type)
        case Logic(op=op, items=items):
            return Logic(op, tuple(renamed(item, new_name) for item in items))
        case In():
            return replace(expr, item=renamed(expr.item, new_name))
        case Piecewise():
            pieces = tuple(
                Piece(renamed(piece.start, new_name), piece.included, renamed(piece.value, new_name))
                for piece in expr.pieces
            )
            return Piecewise(renamed(expr.measure, new_name), pieces, renamed(expr.below, new_name), expr.type)


def constant(value: Fraction | int, kind: Type = Type.NUMBER) -> Const:
    """A written number."""
    return Const(Fraction(value), kind)


def add(items: tuple[Expr, ...] | list[Expr], kind: Type = Type.MONEY) -> Expr:
    """The sum of expressions; nothing adds up to zero."""
    total: Expr | None = None
    for item in items:
        total = item if total is None else Binary("+", total, item, kind)
    return total or ZERO


def subtract(left: Expr, right: Expr) -> Expr:
    """The difference, in the type of the left side."""
    return Binary("-", left, right, left.type)


def times(left: Expr, right: Expr, kind: Type = Type.MONEY) -> Expr:
    """The product."""
    return Binary("*", left, right, kind)


def at_least(expr: Expr, low: Expr) -> Expr:
    """The value, and never less than `low`."""
    return Binary("max", expr, low, expr.type)


def at_most(expr: Expr, high: Expr) -> Expr:
    """The value, and never more than `high`."""
    return Binary("min", expr, high, expr.type)


def minus(expr: Expr) -> Expr:
    """The value with its sign turned."""
    return Unary("-", expr, expr.type)
