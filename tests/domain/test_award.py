"""A streak grows by days at standard; a day off is not among its days, and a freeze keeps its length."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.award import streak_lengths


@pytest.mark.parametrize(
    ("days", "carried", "lengths"),
    [
        ("111", 0, [1, 2, 3]),
        ("11011", 0, [1, 2, 2, 3, 4]),
        ("110011", 0, [1, 2, 2, 0, 1, 2]),
        ("0111", 0, [0, 1, 2, 3]),
        ("01", 7, [7, 8]),
        ("001", 7, [7, 0, 1]),
        ("", 7, []),
    ],
)
def test_a_streak_grows_by_days_at_standard_and_one_freeze_keeps_it(
    days: str, carried: int, lengths: list[int]
) -> None:
    assert streak_lengths([day == "1" for day in days], 1, carried) == lengths


@given(st.lists(st.booleans(), max_size=23), st.integers(0, 3), st.integers(0, 30))
def test_a_streak_rises_by_one_keeps_or_begins_again(days: list[bool], freezes: int, carried: int) -> None:
    before = carried
    for done, length in zip(days, streak_lengths(days, freezes, carried), strict=True):
        assert length == before + 1 if done else length in {before, 0}
        before = length


@given(st.lists(st.booleans(), max_size=23), st.lists(st.booleans(), max_size=23), st.integers(0, 30))
def test_a_month_handed_over_in_two_parts_is_the_same_streak(first: list[bool], then: list[bool], carried: int) -> None:
    whole = streak_lengths(first + then, 0, carried)
    left = streak_lengths(first, 0, carried)
    assert whole == left + streak_lengths(then, 0, left[-1] if left else carried)
