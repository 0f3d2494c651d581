"""A cost is spread over its months to the cent, and a correction that comes late catches up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.amortisation import Spread, recognised, remaining, schedule, straight_line
from service.domain.period import Period

JULY, AUGUST = Period(2026, 7), Period(2026, 8)


@pytest.mark.parametrize(
    ("amount", "months", "parts"),
    [
        (10_000, 3, [3333, 3333, 3334]),
        (-10_000, 3, [-3333, -3333, -3334]),
        (2, 3, [0, 0, 2]),
        (1950, 1, [1950]),
        (2400, 24, [100] * 24),
    ],
)
def test_the_last_month_takes_the_remainder(amount: int, months: int, parts: list[int]) -> None:
    assert straight_line(amount, months) == parts


def test_a_correction_of_an_earlier_month_catches_up_in_the_month_that_posts_it() -> None:
    spread = Spread(2400, 24, JULY, AUGUST)
    assert [(str(month), amount) for month, amount in schedule(spread)][:3] == [
        ("2026-08", 200),
        ("2026-09", 100),
        ("2026-10", 100),
    ]
    assert (recognised(spread, JULY), remaining(spread, JULY)) == (0, 0)
    assert (recognised(spread, AUGUST), remaining(spread, AUGUST)) == (200, 2200)
    assert recognised(spread, Period(2028, 7)) == 0


def test_what_is_over_when_it_is_posted_is_an_expense_at_once() -> None:
    spread = Spread(100, 1, JULY, AUGUST)
    assert schedule(spread) == [(AUGUST, 100)]
    assert remaining(spread, AUGUST) == 0


@given(st.integers(-10_000_000, 10_000_000), st.integers(1, 600), st.integers(0, 650))
def test_no_cent_is_lost_and_what_is_left_is_what_is_still_to_come(amount: int, months: int, late: int) -> None:
    posted = Period(JULY.year + (JULY.month - 1 + late) // 12, (JULY.month - 1 + late) % 12 + 1)
    spread = Spread(amount, months, JULY, posted)
    parts = schedule(spread)
    assert sum(part for _, part in parts) == amount
    assert parts[0][0] == posted
    done = 0
    for month, part in parts:
        done += part
        assert part == recognised(spread, month)
        assert remaining(spread, month) == amount - done
