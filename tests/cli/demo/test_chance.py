"""The dice of the demo repeat themselves and are fair."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.cli.demo.chance import around, dice, happens, thinned


def test_the_same_words_throw_the_same_dice() -> None:
    assert [dice(7, "ann").randrange(1000) for _ in range(3)] == [dice(7, "ann").randrange(1000)] * 3
    assert dice(7, "ann").randrange(10**9) != dice(8, "ann").randrange(10**9)
    assert dice(7, "ann").randrange(10**9) != dice(7, "ben").randrange(10**9)


@given(st.integers(0, 500), st.integers(0, 100), st.integers())
def test_around_stays_within_its_spread(middle: int, spread_percent: int, seed: int) -> None:
    amount = around(dice(seed), middle, spread_percent)
    assert abs(amount - middle) * 100 <= middle * spread_percent + 100
    assert amount >= 0


def test_what_always_happens_happens_and_what_never_does_does_not() -> None:
    chance = dice("edges")
    assert all(happens(chance, 100) for _ in range(200))
    assert not any(happens(chance, 0) for _ in range(200))


def test_hundredths_are_right_on_average() -> None:
    chance = dice("average")
    counts = [thinned(chance, 140) for _ in range(5_000)]
    assert set(counts) == {1, 2}
    assert 6_700 < sum(counts) < 7_300
