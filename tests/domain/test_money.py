"""Money is exact, rounded once, and a split loses no cent."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.money import (
    MoneyError,
    format_minor,
    parse_minor,
    round_half_up,
    split_largest_remainder,
    to_minor,
    to_units,
)

AMOUNTS = st.integers(-(10**14), 10**14)
WEIGHTS = st.lists(st.fractions(0, 1000, max_denominator=1000), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Decimal("2.5"), 3),
        (Decimal("-2.5"), -3),
        (Fraction(5, 2) - Fraction(1, 10**40), 2),
        (7, 7),
    ],
)
def test_a_half_goes_away_from_zero(value: Fraction | Decimal | int, rounded: int) -> None:
    assert round_half_up(value) == rounded


@given(st.fractions(-1000, 1000))
def test_rounding_is_symmetric_and_never_off_by_more_than_a_half(value: Fraction) -> None:
    assert round_half_up(-value) == -round_half_up(value)
    assert abs(round_half_up(value) - value) <= Fraction(1, 2)


def test_units_become_cents_once() -> None:
    assert to_minor(Decimal("1562.4350")) == 156244
    assert to_minor(Fraction(1, 3)) == 33


@given(AMOUNTS)
def test_what_is_written_is_read_back(amount_minor: int) -> None:
    assert parse_minor(format_minor(amount_minor)) == amount_minor
    assert to_minor(to_units(amount_minor)) == amount_minor


@pytest.mark.parametrize("text", ["", "1.005", "1e3", "NaN", "1,50", " 1", "+1", "٣", "1" * 17, "--1"])
def test_a_text_that_is_not_an_exact_amount_is_refused(text: str) -> None:
    with pytest.raises(MoneyError):
        parse_minor(text)


@given(AMOUNTS, WEIGHTS)
def test_a_split_loses_no_cent(amount_minor: int, weights: list[Fraction]) -> None:
    parts = split_largest_remainder(amount_minor, weights)
    assert sum(parts) == amount_minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - amount_minor * weight / sum(weights)) < 1


def test_cents_left_go_to_the_largest_remainders() -> None:
    assert split_largest_remainder(30000, [Decimal("1.5"), 1, 1]) == [12857, 8572, 8571]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_a_split_without_a_positive_weight_is_refused(weights: list[int]) -> None:
    with pytest.raises(MoneyError):
        split_largest_remainder(100, weights)
