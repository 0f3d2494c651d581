"""Points are whole and rounded down, streaks run on working days, a badge is won by a working life."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.plans import Plan
from service.plans.points import badges_won, day_points, streak_points
from tests.plans.builders import messages, plan_of

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


def pointed(more: str = POINTS) -> Plan:
    return plan_of(RULES, more=more)


@pytest.mark.parametrize(
    ("calls", "attained", "points"),
    [(0, 0, {"call": 0, "done": 0}), (59, 1, {"call": 29, "done": 30}), (500, 2, {"call": 40, "done": 30})],
)
def test_the_points_of_a_day(calls: int, attained: int, points: dict[str, int]) -> None:
    known = {"metric.calls": Fraction(calls), "attainment.calls": Fraction(attained)}
    assert day_points(pointed().points, known) == points


@pytest.mark.parametrize(
    ("days", "total", "length"),
    [
        ("111", 50, 3),
        ("11111", 200, 5),
        ("11011", 50, 4),
        ("110011", 0, 2),
        ("0", 0, 0),
        ("0111", 50, 3),
        ("", 0, 2),
    ],
)
def test_a_streak_grows_by_days_at_standard_and_a_freeze_keeps_it(days: str, total: int, length: int) -> None:
    rule = pointed().points["chain"]
    carried = 2 if not days else 0
    assert streak_points(rule, [day == "1" for day in days], carried) == (total, length)


@given(st.lists(st.booleans(), max_size=23), st.integers(0, 30))
def test_a_streak_is_never_longer_than_its_days(days: list[bool], carried: int) -> None:
    total, length = streak_points(pointed().points["chain"], days, carried)
    assert 0 <= length <= carried + len(days)
    assert total >= 0


def test_a_badge_is_won_when_its_condition_holds() -> None:
    badges = pointed().badges
    assert badges_won(badges, {"lifetime.collected": Fraction(99_999)}) == []
    assert badges_won(badges, {"lifetime.collected": Fraction(Decimal(100_000))}) == ["rich"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("metric: calls", "metric: cals", 'Did you mean "calls"?'),
        ("{3: 50", "{three: 50", "says {days: points}"),
        ("lifetime.collected", "metric.collected", 'Did you mean "lifetime.collected"?'),
        ("when: attainment.calls >= 100%, points", "when: attainment.calls, points", "a condition is wanted"),
        ("kind: per", "kind: pr", 'Did you mean "per"?'),
        ("each: 0.5, ", "", "has no `each`"),
    ],
)
def test_a_mistake_in_points_is_refused(old: str, new: str, words: str) -> None:
    lines = messages(RULES, more=POINTS.replace(old, new, 1))
    assert any(words in line for line in lines), lines


def test_points_are_part_of_what_is_published() -> None:
    assert pointed().content_hash != pointed(POINTS.replace("points: 30", "points: 31")).content_hash
    assert pointed().content_hash == pointed(POINTS.replace(">= 100%", ">= 100.0%")).content_hash
