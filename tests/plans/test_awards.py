"""Points are whole and rounded down, streaks run on working days, a badge is won on the first day that reached it."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.measured import FactSum
from service.plans import Plan
from service.plans.awards import Day, Given, day_won, days_worth
from tests.plans.builders import plan_of

RULES = "pay: {kind: kicker, label: P, amount: 5}"
POINTS = """
points:
  call:  {kind: per, label: Call, metric: calls, each: 0.5, daily_max: 40}
  done:  {kind: when, label: Done, when: attainment.calls >= 100%, points: 30}
  chain: {kind: streak, label: Chain, when: attainment.calls >= 100%, calendar: workdays,
          rewards: {3: 50, 5: 150}, freezes_per_month: 1}
badges:
  rich: {label: Rich, when: lifetime.collected >= 100_000}
"""
FIRST = date(2026, 10, 1)


def pointed() -> Plan:
    return plan_of(RULES, more=POINTS)


def a_day(number: int, calls: int, attained: int | None, *, is_working: bool = True) -> Day:
    known = {"metric.calls": Fraction(calls)} | ({} if attained is None else {"attainment.calls": Fraction(attained)})
    return Day(FIRST + timedelta(days=number), is_working, known)


def points(days: list[Day], **carried: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in days_worth(pointed().points, days, carried).given:
        found[item.rule] = found.get(item.rule, 0) + item.points
    return found


@pytest.mark.parametrize(
    ("calls", "attained", "given"),
    [(0, 0, {}), (59, 1, {"call": 29, "done": 30, "chain": 0}), (500, 2, {"call": 40, "done": 30, "chain": 0})],
)
def test_the_points_of_a_day(calls: int, attained: int, given: dict[str, int]) -> None:
    assert points([a_day(0, calls, attained)]) == given


def test_a_refund_takes_no_points_away() -> None:
    assert points([a_day(0, -7, 0)]) == {}


def test_a_day_without_a_target_is_not_a_day_at_standard() -> None:
    assert points([a_day(0, 10, None)]) == {"call": 5}


def test_on_a_day_off_things_are_counted_and_nothing_else_is_asked() -> None:
    assert points([a_day(0, 10, 1, is_working=False)], chain=2) == {"call": 5}
    days = [a_day(0, 0, 1), a_day(1, 0, 1, is_working=False), a_day(2, 0, 1)]
    assert days_worth(pointed().points, days, {"chain": 3}).lengths == {"chain": 5}


def test_a_reward_comes_on_the_day_that_reaches_its_length() -> None:
    given = days_worth(pointed().points, [a_day(0, 0, 1), a_day(1, 0, 0), a_day(2, 0, 1)], {"chain": 1}).given
    assert [item for item in given if item.rule == "chain"] == [
        Given(FIRST, "chain", 0, length=2),
        Given(FIRST + timedelta(days=2), "chain", 50, length=3),
    ]


def test_without_a_day_a_streak_keeps_what_was_handed_over() -> None:
    assert days_worth(pointed().points, [], {"chain": 4}).lengths == {"chain": 4}


@given(st.lists(st.tuples(st.integers(-5, 500), st.integers(0, 2), st.booleans()), max_size=31), st.integers(0, 30))
def test_points_are_never_negative_and_the_most_of_a_day_holds(days: list[tuple[int, int, bool]], carried: int) -> None:
    made = [a_day(n, calls, done, is_working=works) for n, (calls, done, works) in enumerate(days)]
    for item in days_worth(pointed().points, made, {"chain": carried}).given:
        assert item.points >= 0
        assert item.rule != "call" or item.points <= 40


def collected(*amounts: int) -> dict[date, dict[str, FactSum]]:
    return {
        FIRST + timedelta(days=n): {"collected": FactSum(amount * 100, None, amount * 100, amount * 100)}
        for n, amount in enumerate(amounts)
    }


@pytest.mark.parametrize(
    ("before", "amounts", "day"),
    [
        (0, (99_999, 1), 1),
        (0, (99_999,), None),
        (99_999, (1,), 0),
        (0, (100_000, -5, 5), 0),
        (0, (60_000, -30_000, 60_000, 20_000), 3),
    ],
)
def test_a_badge_is_won_on_the_first_evening_on_which_it_holds(
    before: int, amounts: tuple[int, ...], day: int | None
) -> None:
    plan = pointed()
    earlier = {"collected": FactSum(before * 100, None)} if before else {}
    won = day_won(plan, plan.badges["rich"], earlier, collected(*amounts))
    assert won == (None if day is None else FIRST + timedelta(days=day))
