"""Curves: a ratio turned into another ratio by straight lines, steps, or slices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from service.plans.expression import (
    Binary,
    Const,
    Expr,
    Piece,
    Piecewise,
    Type,
    add,
    at_least,
    at_most,
    constant,
    subtract,
    times,
)
from service.plans.finding import Findings
from service.plans.form import Form
from service.plans.read import ListNode, MapNode, Node, Scalar
from service.plans.scalar import Percent

KINDS = ("linear", "step", "slices", "whole")
"""Straight lines; big thresholds; each slice at its own multiplier; all at the multiplier reached."""

NIL = Const(Fraction(0), Type.RATIO)


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve through points (ratio, ratio), in rising order."""

    id: str
    kind: str
    points: tuple[tuple[Fraction, Fraction], ...]
    beyond: str = "flat"
    below: str = "first"


def curves_of(entries: Sequence[tuple[str, Node]], findings: Findings) -> dict[str, Curve]:
    """Read all curves."""
    found: dict[str, Curve] = {}
    for name, node in entries:
        if isinstance(node, MapNode):
            found[name] = _curve(name, Form(node, findings, f'curve "{name}"'))
        else:
            findings.add("E-SHAPE", node.place, f'Curve "{name}" is a map with `kind` and `points` or `steps`.')
    return found


def _curve(name: str, form: Form) -> Curve:
    kind = form.choice("kind", KINDS, "linear", required=True)
    linear = kind == "linear"
    field = "points" if linear else "steps"
    pairs = [pair for node in form.items(field, required=True) if (pair := _pair(node, form, field))]
    beyond = form.choice("beyond", ("flat", "extend"), "flat") if linear else "flat"
    below = form.choice("below", ("first", "zero"), "first") if linear else "zero"
    form.flag("override")
    form.text("note")
    form.done()
    for (before, _), (after, _) in pairwise(pairs):
        if after <= before:
            form.wrong(field, f"`{field}` of {form.what} must rise from one to the next.", code="E-TIERS")
    if not linear and pairs and pairs[0][0] != 0:
        form.wrong(field, f"`steps` of {form.what} must begin at 0%.", "Add [0%, 0%] in front.", "E-TIERS")
    return Curve(name, kind, tuple(pairs), beyond, below)


def _pair(node: Node, form: Form, field: str) -> tuple[Fraction, Fraction] | None:
    numbers = [item.value for item in node.items if isinstance(item, Scalar)] if isinstance(node, ListNode) else []
    ratios = [number.ratio for number in numbers if isinstance(number, Percent)]
    if len(numbers) == len(ratios) == len(node.items if isinstance(node, ListNode) else ()) == 2:  # noqa: PLR2004  a pair
        return ratios[0], ratios[1]
    form.findings.add("E-SHAPE", node.place, f"`{field}` of {form.what} holds pairs of percentages, like [80%, 60%].")
    return None


def lowered(curve: Curve, measure: Expr) -> Expr:
    """The curve as an expression of its measure; a negative measure counts as 0."""
    measure = at_least(measure, NIL)
    match curve.kind:
        case "step":
            pieces = tuple(Piece(_ratio(x), included=True, value=_ratio(y)) for x, y in curve.points)
            return Piecewise(measure, pieces, NIL, Type.RATIO)
        case "whole":
            pieces = tuple(Piece(_ratio(x), included=True, value=_scaled(measure, y)) for x, y in curve.points)
            return Piecewise(measure, pieces, NIL, Type.RATIO)
        case "slices":
            return _slices(curve, measure)
        case _:
            return _lines(curve, measure)


def _slices(curve: Curve, measure: Expr) -> Expr:
    ends: list[Fraction | None] = [x for x, _ in curve.points[1:]]
    parts: list[Expr] = []
    for (start, factor), end in zip(curve.points, [*ends, None], strict=True):
        reached = measure if end is None else at_most(measure, _ratio(end))
        parts.append(_scaled(at_least(subtract(reached, _ratio(start)), NIL), factor))
    return add(parts, Type.RATIO)


def _lines(curve: Curve, measure: Expr) -> Expr:
    if not curve.points:
        return NIL
    slopes = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in pairwise(curve.points) if x2 > x1]
    last = slopes[-1] if curve.beyond == "extend" and slopes else Fraction(0)
    pieces = [
        Piece(_ratio(x), included=True, value=_line(measure, x, y, slope))
        for (x, y), slope in zip(curve.points, [*slopes, last], strict=False)
    ]
    below = NIL if curve.below == "zero" else _ratio(curve.points[0][1])
    return Piecewise(measure, tuple(pieces), below, Type.RATIO)


def _line(measure: Expr, x: Fraction, y: Fraction, slope: Fraction) -> Expr:
    if not slope:
        return _ratio(y)
    return Binary("+", _scaled(measure, slope), _ratio(y - slope * x), Type.RATIO)


def _scaled(expr: Expr, factor: Fraction) -> Expr:
    return times(expr, constant(factor), Type.RATIO) if factor != 1 else expr


def _ratio(value: Fraction) -> Const:
    return Const(value, Type.RATIO)
