"""Derived names: attainments and ratio metrics, computed from inputs before the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from service.domain.metric import Aggregation, Better, Metric
from service.domain.standard import Standard
from service.plans.expression import (
    Compare,
    Const,
    Expr,
    If,
    Name,
    Ratio,
    Type,
    at_least,
    at_most,
    constant,
    names_in,
)

COMPUTED = ("param.", "line.", "deal.")
"""Families that the plan itself is worth, or that each deal brings along; nobody gives them for a month."""


def definitions(
    names: Iterable[str], metrics: Mapping[str, Metric], standards: Mapping[str, Standard], types: Mapping[str, Type]
) -> dict[str, Expr]:
    """The expression behind every derived name that is needed, each after what it needs itself."""
    found: dict[str, Expr] = {}
    for name in sorted(names):
        _define(name, _Sources(metrics, standards, types), found)
    return found


class _Sources:
    """What derived names are made of."""

    def __init__(
        self, metrics: Mapping[str, Metric], standards: Mapping[str, Standard], types: Mapping[str, Type]
    ) -> None:
        self.metrics, self.standards, self.types = metrics, standards, types

    def definition(self, name: str) -> Expr | None:
        """The expression behind a name; None for an input."""
        prefix, family, key = split(name)
        if family == "attainment" and key in self.standards:
            return self.attainment(prefix, self.standards[key])
        if family == "metric" and key in self.metrics and self.metrics[key].aggregation is Aggregation.RATIO:
            return self.ratio(prefix, self.metrics[key])
        return None

    def attainment(self, prefix: str, standard: Standard) -> Expr:
        """Fact over target, cut at the cap: the same as `attainment()` of the domain."""
        fact_name = standard.metric if "." in standard.metric else f"metric.{standard.metric}"
        kind = self.types.get(fact_name, Type.NUM)
        zero = Const(Fraction(0), kind)
        fact = at_least(Name(prefix + fact_name, kind), zero)
        target_name = f"team.{standard.team_target}" if standard.team_target else f"target.{standard.id}"
        target = Name(prefix + target_name, kind)
        if standard.better is Better.LOWER:
            best = Const(Fraction(1) if standard.cap is None else standard.cap, Type.RATIO)
            reached: Expr = Ratio(target, fact, best, Type.RATIO)
        else:
            without = Const(standard.zero_target, Type.RATIO)
            reached = Ratio(fact, at_least(target, zero), without, Type.RATIO)
        return reached if standard.cap is None else at_most(reached, Const(standard.cap, Type.RATIO))

    def ratio(self, prefix: str, metric: Metric) -> Expr:
        """Numerator over denominator of the whole period, and the answer where there are too few."""
        over_kind = self.types.get(f"metric.{metric.over}", Type.NUM)
        kind = self.types.get(f"metric.{metric.id}", Type.RATIO)
        top = Name(f"{prefix}metric.{metric.of}", self.types.get(f"metric.{metric.of}", Type.NUM))
        bottom = Name(f"{prefix}metric.{metric.over}", over_kind)
        otherwise = Const(metric.otherwise, kind)
        quotient = Ratio(top, bottom, otherwise, kind)
        if metric.min_over <= 1:
            return quotient
        return If(Compare(">=", bottom, constant(metric.min_over, over_kind)), quotient, otherwise, kind)


def split(name: str) -> tuple[str, str, str]:
    """A name as its prefix (`windowed.RULE.`, `accumulated.year.` or nothing), its family and its last word."""
    words = name.split(".")
    head, family, key = words[:-2], words[-2] if len(words) > 1 else "", words[-1]
    return "".join(f"{word}." for word in head), family, key


def _define(name: str, sources: _Sources, found: dict[str, Expr]) -> None:
    if name in found:
        return
    expr = sources.definition(name)
    if expr is None:
        return
    for inner in sorted(names_in(expr)):
        _define(inner, sources, found)
    found[name] = expr


def inputs_of(names: Iterable[str], derived: Mapping[str, Expr]) -> frozenset[str]:
    """The names that must be given: all that are needed and neither derived nor computed."""
    needed = set(names).union(*(names_in(expr) for expr in derived.values()))
    return frozenset(name for name in needed if name not in derived and not name.startswith(COMPUTED))
