"""Numbers for people are cut and never rounded up; numbers for machines are exact or say that they are not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.plans.expression import Type
from service.plans.render import canonical_value, cut, decimal_text, money_text, shown


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (Fraction(799999999, 10**9), Type.RATIO, "79.9999%"),
        (Fraction(4, 5), Type.RATIO, "80%"),
        (Fraction(30_000), Type.MONEY, "30,000.00"),
        (Fraction(1, 200), Type.MONEY, "0.005"),
        (Fraction(-5, 2), Type.MONEY, "-2.50"),
        (Fraction(34), Type.NUM, "34"),
        (Fraction(168, 5), Type.NUM, "33.6"),
        (Fraction(-1, 10**9), Type.NUM, "0"),
        ("senior", Type.TEXT, "senior"),
        (True, Type.BOOL, "true"),
    ],
)
def test_a_value_is_shown_for_people(value: Fraction | str | bool, kind: Type, text: str) -> None:  # noqa: FBT001  any value
    assert shown(value, kind) == text


def test_a_number_that_does_not_end_says_so() -> None:
    assert decimal_text(Fraction(1, 3), 4) == "0.3333…"
    assert decimal_text(Fraction(-2, 3), 4) == "-0.6666…"
    assert decimal_text(Fraction(5)) == "5"


@given(st.fractions(-(10**9), 10**9))
def test_a_shown_number_is_never_further_from_zero_than_the_true_one(value: Fraction) -> None:
    assert abs(Fraction(cut(value).replace(",", ""))) <= abs(value)
    assert abs(abs(value) - abs(Fraction(cut(value).replace(",", "")))) < Fraction(1, 10**4)


@given(st.integers(-(10**20), 10**20), st.integers(0, 12))
def test_a_written_number_is_spelled_in_full(digits: int, places: int) -> None:
    value = Fraction(digits, 10**places)
    assert Fraction(canonical_value(value, Type.NUMBER)) == value
    assert Fraction(canonical_value(value, Type.RATIO).rstrip("%")) == value * 100


def test_money_has_at_least_two_places() -> None:
    assert money_text(Fraction(1, 10)) == "0.10"
