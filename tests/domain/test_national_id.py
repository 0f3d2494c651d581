"""Promises about recognising national identity numbers; the numbers here are made up from the published rule."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.national_id import WEIGHTS, contains_national_id


def a_number(born: date, serial: int) -> str:
    month = born.month + {18: 20, 19: 0, 20: 40}[born.year // 100]
    nine = f"{born.year % 100:02d}{month:02d}{born.day:02d}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(nine, WEIGHTS, strict=True))
    return nine + str(total % 11 % 10)


@given(st.dates(date(1800, 1, 1), date(2099, 12, 31)), st.integers(0, 999))
def test_every_number_made_by_the_rule_is_found_wherever_it_stands(born: date, serial: int) -> None:
    assert contains_national_id(a_number(born, serial))
    assert contains_national_id(f"Ann Ivanova ЕГН:{a_number(born, serial)}, Sofia")


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 999), st.integers(1, 9))
def test_a_wrong_check_digit_is_no_identity_number(born: date, serial: int, off: int) -> None:
    number = a_number(born, serial)
    assert not contains_national_id(number[:9] + str((int(number[9]) + off) % 10))


@pytest.mark.parametrize("text", ["0888123456", "2026-10-01", "17", "", "12345678901", "1234567890", "9913321234"])
def test_telephone_numbers_dates_and_user_ids_are_left_alone(text: str) -> None:
    assert not contains_national_id(text)


def test_a_known_published_example_is_recognised() -> None:
    assert contains_national_id("7523169263")
