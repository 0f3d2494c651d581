"""Stretches of days behave like the sets of their days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from service.domain.days import Span, common, each_of, holds, joined

START = date(2026, 10, 1)


def span(first: int, length: int) -> Span:
    return START + timedelta(days=first), START + timedelta(days=first + length)


spans = st.lists(st.builds(span, st.integers(0, 40), st.integers(0, 8)), max_size=5)


@given(spans)
def test_joined_stretches_have_every_day_once_and_do_not_touch(found: list[Span]) -> None:
    days = joined(found)
    assert each_of(days) == sorted({day for one in found for day in each_of((one,))})
    assert all(after[0] - before[1] > timedelta(days=1) for before, after in pairwise(days))


@given(spans, spans)
def test_common_days_are_those_of_both(left: list[Span], right: list[Span]) -> None:
    one, two = joined(left), joined(right)
    assert set(each_of(common(one, two))) == set(each_of(one)) & set(each_of(two))
    assert all(holds(two, day) for day in each_of(common(one, two)))
