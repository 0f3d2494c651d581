"""Parts add up to their lines, whatever the deals weigh, and what is taken is taken from the oldest."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from service.domain.part import LinePart, PartOf, changed_parts, split_by_deal, taken_from
from service.domain.period import Period

JULY, AUGUST = Period(2026, 7), Period(2026, 8)
WEIGHTS = st.dictionaries(st.sampled_from(["", "A", "B", "C"]), st.fractions(-100, 10_000))


def a_due(amount_minor: int, month: Period, deal: str = "A") -> LinePart:
    return LinePart(PartOf.TAKEN, month, "commission", deal, amount_minor)


@given(st.integers(-(10**9), 10**9), WEIGHTS)
def test_the_parts_of_a_line_add_up_to_it(amount_minor: int, weights: dict[str, Fraction]) -> None:
    parts = split_by_deal(amount_minor, weights)
    assert sum(parts.values()) == amount_minor
    assert all(part * amount_minor > 0 for part in parts.values())


def test_a_deal_with_more_refunded_than_paid_has_no_part() -> None:
    assert split_by_deal(100, {"A": -5, "B": 5}) == {"B": 100}
    assert split_by_deal(100, {"A": -5}) == {"": 100}


def test_what_is_taken_is_of_the_oldest_month_and_what_is_given_back_comes_first() -> None:
    dues = [a_due(300, AUGUST), a_due(200, JULY), a_due(-50, JULY, "B")]
    assert taken_from(dues, 250) == (a_due(200, JULY), a_due(-50, JULY, "B"), a_due(100, AUGUST))
    assert taken_from([a_due(-50, JULY)], -50) == (a_due(-50, JULY),)


def test_the_change_of_parts_moves_money_between_deals() -> None:
    def earned(deal: str, amount_minor: int) -> LinePart:
        return LinePart(PartOf.EARNED, JULY, "commission", deal, amount_minor)

    changes = changed_parts([earned("B", 60), earned("A", 40)], [earned("A", 100)])
    assert changes == (earned("A", -60), earned("B", 60))
