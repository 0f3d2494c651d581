"""Promises of what a close keeps: numbers in steps come back, and ties are followed to their end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.domain.known import from_steps, steps, tied


@given(st.sets(st.integers(min_value=1, max_value=2**62)))
def test_numbers_come_back_from_their_steps_in_order(numbers: set[int]) -> None:
    assert from_steps(steps(numbers)) == sorted(numbers)


def test_neighbours_are_written_as_small_steps() -> None:
    assert steps([70_003, 70_001, 70_010]) == [70_001, 2, 7]


NAMES = st.sampled_from("abcdefgh")


@given(st.sets(NAMES), st.lists(st.tuples(NAMES, NAMES)))
def test_whatever_hangs_together_is_found_and_nothing_else(names: set[str], pairs: list[tuple[str, str]]) -> None:
    found = tied(names, pairs)
    whole = names | found
    assert not found & names
    # Nothing hangs on the whole that is not in it.
    assert all((one in whole) == (other in whole) for one, other in pairs)
    if not names:
        assert not found
