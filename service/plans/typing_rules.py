"""The rules of types: what may be compared, added and multiplied, and what comes out."""

from __future__ import annotations

from service.plans.expression import Type

_COUNTED = frozenset({Type.NUM, Type.MONEY, Type.POINTS, Type.NUMBER})
_NUMERIC = _COUNTED | {Type.RATIO, Type.ANY}

_NAMES = {
    Type.NUM: "a count",
    Type.MONEY: "money",
    Type.RATIO: "a ratio",
    Type.POINTS: "points",
    Type.BOOL: "a condition",
    Type.TEXT: "a text",
    Type.DATE: "a date",
    Type.NUMBER: "a bare number",
    Type.ANY: "a value",
}


def named(kind: Type) -> str:
    """The type in words."""
    return _NAMES[kind]


def meeting(left: Type, right: Type) -> Type | None:
    """The common type of two values side by side; a bare number is a count, money or points, never a ratio."""
    if left is right or right is Type.ANY:
        return left
    if left is Type.ANY:
        return right
    if left is Type.NUMBER and right in _COUNTED:
        return right
    return left if right is Type.NUMBER and left in _COUNTED else None


def difference(left: Type, right: Type) -> Type | None:
    """The type of a sum or a difference: only numbers of one kind."""
    kind = meeting(left, right)
    return kind if kind in _NUMERIC else None


def product(left: Type, right: Type) -> Type | None:
    """The type of a product: a ratio or a count scales anything; money times money has no meaning.

    A count times a bare number may be a price, so it is bare itself.
    """
    if left not in _NUMERIC or right not in _NUMERIC:
        return None
    if {left, right} == {Type.NUM, Type.NUMBER}:
        return Type.NUMBER
    for scale, other in ((left, right), (right, left)):
        if scale in {Type.NUMBER, Type.ANY}:
            return other
        if scale is Type.RATIO:
            return other
    if Type.MONEY in {left, right}:
        return None if left is right else Type.MONEY
    return left
