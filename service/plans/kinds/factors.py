"""Factors: multipliers and gates, which change other lines before these are rounded."""

from __future__ import annotations

from fractions import Fraction

from service.plans.curves import lowered
from service.plans.expression import ONE, Const, Expr, If, Logic, Type
from service.plans.kinds.reader import Lowered, RuleReader
from service.plans.read import Scalar


def multiplier(reader: RuleReader) -> Lowered:
    """The factor that a curve gives for a ratio."""
    by = reader.ratio("by", required=True)
    curve = reader.curve("curve", required=True)
    applies_to = reader.names("applies_to")
    value = lowered(curve, by) if curve else ONE
    return Lowered(value, applies_to=applies_to, by=by, curve=curve.id if curve else "")


def gate(reader: RuleReader) -> Lowered:
    """1 if every requirement holds, else what `otherwise:` leaves."""
    form = reader.form
    conditions: list[Expr] = []
    for node in form.items("require", required=True):
        if not isinstance(node, Scalar):
            form.findings.add("E-SHAPE", node.place, f"`require` of {form.what} holds conditions, one in each item.")
            continue
        condition = reader.speech.read(node, Type.BOOL, f"a requirement of {form.what}")
        if condition is not None:
            conditions.append(reader.on_segment(condition))
    otherwise = form.ratio("otherwise", required=True) or Fraction(0)
    applies_to = reader.names("applies_to")
    full, rest = Const(Fraction(1), Type.RATIO), Const(otherwise, Type.RATIO)
    value = If(Logic("and", tuple(conditions)), full, rest, Type.RATIO)
    return Lowered(value, applies_to=applies_to, conditions=tuple(conditions))
