"""A pool gives to those who may share, by their weight, nobody above the maximum, and loses no cent."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.plans import Plan, UnknownInputError, answer
from service.plans.pools import water_filled
from tests.plans.builders import messages, plan_of

HEAD = "schema: incentive/1\nplan: closer\ntitle: Lead\nextends: [_org]\n"
POOL = """
pools:
  team: {label: Team pool, fund: {base: team.collected, rate: 0.5%, when: team.at_standard >= 70%, max: 6_000},
    members: subordinates_all, eligible: attainment.calls >= 80%, share_by: metric.collected, member_max: 40%}
"""
MEMBERS: dict[str, dict[str, object]] = {
    "ann": {"metric": {"collected": 100}, "attainment": {"calls": "100%"}},
    "bob": {"metric": {"collected": 300}, "attainment": {"calls": "80%"}},
    "cat": {"metric": {"collected": 600}, "attainment": {"calls": "79.9%"}},
    "dan": {"metric": {"collected": 500}, "attainment": {"calls": "90%"}},
}
GIVEN: dict[str, object] = {"team": {"collected": 1_000_000, "at_standard": "85%"}, "members": MEMBERS}


def pooled(pool: str = POOL) -> Plan:
    return plan_of("pay: {kind: kicker, label: P, amount: 5}", head=HEAD, more=pool)


def test_a_pool_is_shared_by_weight_and_nobody_gets_more_than_the_maximum() -> None:
    assert answer(pooled(), GIVEN)["pools"] == {
        "team": {"ann": "1000.00", "bob": "2000.00", "cat": "0.00", "dan": "2000.00"}
    }


def test_a_pool_may_be_shared_equally_or_by_points() -> None:
    equal = POOL.replace("metric.collected, member_max: 40%", "equal")
    members = {name: {**own, "points": number} for number, (name, own) in enumerate(MEMBERS.items())}
    assert answer(pooled(equal), GIVEN)["pools"] == {
        "team": {"ann": "1666.67", "bob": "1666.67", "cat": "0.00", "dan": "1666.66"}
    }
    points = POOL.replace("metric.collected, member_max: 40%", "points.total")
    assert answer(pooled(points), {**GIVEN, "members": members})["pools"] == {
        "team": {"ann": "0.00", "bob": "1250.00", "cat": "0.00", "dan": "3750.00"}
    }


def test_a_fund_has_a_condition_and_a_maximum() -> None:
    shut = {**GIVEN, "team": {"collected": 1_000_000, "at_standard": "69%"}}
    assert answer(pooled(), shut)["pools"] == {"team": dict.fromkeys(MEMBERS, "0.00")}
    rich = {**GIVEN, "team": {"collected": 9_000_000, "at_standard": "70%"}}
    assert answer(pooled(), rich)["pools"] == {
        "team": {"ann": "1200.00", "bob": "2400.00", "cat": "0.00", "dan": "2400.00"}
    }


def test_a_member_without_a_needed_value_is_an_error_that_names_it() -> None:
    with pytest.raises(UnknownInputError, match=r"The member ann has no metric\.collected"):
        answer(pooled(), {**GIVEN, "members": {"ann": {"attainment": {"calls": "100%"}}}})


WEIGHTS = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(1, 10**6), min_size=1, max_size=9)


@given(st.integers(0, 10**8), WEIGHTS, st.integers(1, 100))
def test_a_pool_loses_no_cent_unless_everybody_is_full(fund: int, weights: dict[str, int], percent: int) -> None:
    most = fund * percent // 100
    parts = water_filled(fund, {person: Fraction(weight) for person, weight in weights.items()}, most)
    assert all(0 <= part <= most for part in parts.values())
    assert sum(parts.values()) == min(fund, most * len(weights))


@given(WEIGHTS)
def test_who_weighs_more_never_gets_less(weights: dict[str, int]) -> None:
    parts = water_filled(100_000, {person: Fraction(weight) for person, weight in weights.items()}, 30_000)
    ranked = sorted(weights, key=lambda person: weights[person])
    assert all(parts[low] <= parts[high] + 1 for low, high in pairwise(ranked))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("share_by: metric.collected", "share_by: metric.colected", 'Did you mean "metric.collected"?'),
        (
            "share_by: metric.collected",
            "share_by: metric.collected * 2",
            "equal, points.total, or the name of a metric",
        ),
        ("members: subordinates_all", "members: everybody", "is one of subordinates_direct, subordinates_all"),
        ("rate: 0.5%", "rate: 5", "a ratio is wanted"),
        ("fund: {base", "funds: {base", "has no `fund`"),
        ("member_max: 40%", "member_max: 40", "is a percentage"),
    ],
)
def test_a_mistake_in_a_pool_is_refused(old: str, new: str, words: str) -> None:
    lines = messages("pay: {kind: kicker, label: P, amount: 5}", head=HEAD, more=POOL.replace(old, new))
    assert any(words in line for line in lines), lines
