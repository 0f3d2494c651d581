"""Points, streaks and badges are read with their mistakes named, and are part of what is published."""

from __future__ import annotations

import pytest

from service.plans import Plan
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
