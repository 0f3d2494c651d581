"""Every kind of metric is added up in its own way."""

from __future__ import annotations

from fractions import Fraction

import pytest

from service.domain.measured import FactSum, value_of, value_type_name
from service.domain.metric import Aggregation, Metric, ValueType

MONEY = ValueType("money", 2)
METRICS = {
    metric.id: metric
    for metric in (
        Metric("won", "Won", Aggregation.DISTINCT),
        Metric("decided", "Decided", Aggregation.DISTINCT),
        Metric("spent", "Spent", Aggregation.SUM, value_type=MONEY),
        Metric("stalled", "Stalled", Aggregation.LAST),
        Metric("longest", "Longest", Aggregation.MAX),
        Metric("voice", "Voice", Aggregation.SUM, value_type=ValueType("decimal", 4)),
        Metric("rate", "Rate", Aggregation.RATIO, of="won", over="decided", min_over=5, otherwise=Fraction(1, 10)),
        Metric("cost", "Cost", Aggregation.RATIO, of="spent", over="won", otherwise=Fraction(7)),
    )
}


def worth(metric: str, **sums: FactSum) -> Fraction:
    return value_of(METRICS[metric], sums, METRICS)


def test_a_sum_a_last_and_a_largest_value() -> None:
    total = FactSum(12_345, None, largest=900, last=3)
    assert worth("spent", spent=total) == Fraction("123.45")
    assert worth("voice", voice=total) == Fraction("1.2345")
    assert worth("stalled", stalled=total) == 3
    assert worth("longest", longest=total) == 900
    assert [worth(metric) for metric in ("spent", "stalled", "longest", "won")] == [0, 0, 0, 0]


@pytest.mark.parametrize(("won", "decided", "rate"), [(2, 4, "1/10"), (2, 5, "2/5"), (0, 6, "0")])
def test_a_ratio_needs_enough_below_it(won: int, decided: int, rate: str) -> None:
    assert worth("rate", won=FactSum(won, None), decided=FactSum(decided, None)) == Fraction(rate)


def test_a_ratio_of_money_over_a_count_is_money_and_never_divides_by_nothing() -> None:
    assert worth("cost", spent=FactSum(1000, None), won=FactSum(4, None)) == Fraction("2.5")
    assert worth("cost", spent=FactSum(1000, None)) == 7
    assert [value_type_name(METRICS[name], METRICS) for name in ("cost", "rate", "spent")] == [
        "money",
        "ratio",
        "money",
    ]
