"""Measured: what the facts of some days add up to, metric by metric, each in its own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from service.domain.metric import Aggregation, Metric

LEVELS = frozenset({Aggregation.RATIO, Aggregation.LAST, Aggregation.MAX})
"""A level has a height, not an amount: half a month has the same one, so its target is never prorated."""


@dataclass(frozen=True, slots=True)
class FactSum:
    """A metric over some days: its sum (of a distinct one the keys), when it last grew, its highest and last value."""

    value: int
    reached_at: datetime | None
    largest: int = 0
    last: int = 0


Sums = Mapping[str, FactSum]
"""The facts of one person over some days, by metric; a metric without facts is not in it and counts as 0."""

NOTHING = FactSum(0, None)


def added(sums: Sums, later: Sums) -> Sums:
    """Two stretches of days together, the second after the first."""
    found = dict(sums)
    for metric, more in later.items():
        known = found.get(metric)
        found[metric] = more if known is None else _together(known, more)
    return found


def _together(known: FactSum, more: FactSum) -> FactSum:
    reached = [moment for moment in (known.reached_at, more.reached_at) if moment is not None]
    return FactSum(known.value + more.value, max(reached, default=None), max(known.largest, more.largest), more.last)


def value_of(metric: Metric, sums: Sums, metrics: Mapping[str, Metric]) -> Fraction:
    """The value of a metric in natural units; a ratio is made of the sums of the whole time, never of daily ratios."""
    match metric.aggregation:
        case Aggregation.RATIO:
            over = value_of(metrics[metric.over], sums, metrics)
            if not over or over < metric.min_over:
                return metric.otherwise
            return value_of(metrics[metric.of], sums, metrics) / over
        case Aggregation.MAX:
            return metric.to_value(sums.get(metric.id, NOTHING).largest)
        case Aggregation.LAST:
            return metric.to_value(sums.get(metric.id, NOTHING).last)
        case Aggregation.COUNT | Aggregation.SUM | Aggregation.DISTINCT:
            return metric.to_value(sums.get(metric.id, NOTHING).value)


def is_level(metric: Metric) -> bool:
    """Whether the metric has a height instead of an amount that grows with the days."""
    return metric.aggregation in LEVELS


def value_type_name(metric: Metric, metrics: Mapping[str, Metric]) -> str:
    """The unit in which it is shown: `ratio`, or of a ratio of money over a count, money."""
    if metric.aggregation is not Aggregation.RATIO:
        return metric.value_type.name
    is_money = [metrics[part].value_type.name == "money" for part in (metric.of, metric.over)]
    return "money" if is_money == [True, False] else "ratio"
