"""Promises about the segments of a month, its salaries and what targets are prorated by."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import segment
from service.domain.calendar import CalendarDay, WorkCalendar, calendar_of
from service.domain.period import Period
from service.domain.person import Absence, Assignment, Person
from service.domain.standard import Stay

OCTOBER = Period(2026, 10)
FIRST, LAST = OCTOBER.first_day, OCTOBER.last_day
PLAIN = WorkCalendar(frozenset())
ANN = Person("ann", "Ann", date(2024, 3, 1))


def held(starts_on: date, ends_on: date | None = None, role: str = "closer", **changes: Any) -> Assignment:
    plain = Assignment("ann", starts_on, ends_on, role, "middle", "north", None, 10_000, 200_000, 80_000)
    return replace(plain, **changes)


def days_of(found: list[segment.Segment]) -> list[tuple[str, int, int]]:
    return [(item.role, item.first_day.day, item.last_day.day) for item in found]


@pytest.mark.parametrize(
    ("assignments", "expected"),
    [
        ([held(date(2024, 3, 1))], [("closer", 1, 31)]),
        ([held(date(2026, 10, 12))], [("closer", 12, 31)]),
        ([held(date(2024, 3, 1), date(2026, 9, 30))], []),
        (
            [held(date(2024, 3, 1), date(2026, 10, 11)), held(date(2026, 10, 12), grade="senior")],
            [("closer", 1, 31)],
        ),
        (
            [held(date(2026, 10, 12), role="farmer"), held(date(2024, 3, 1), date(2026, 10, 11))],
            [("closer", 1, 11), ("farmer", 12, 31)],
        ),
        (
            [
                held(FIRST, date(2026, 10, 9)),
                held(date(2026, 10, 10), date(2026, 10, 19), role="farmer"),
                held(date(2026, 10, 20)),
            ],
            [("closer", 1, 9), ("farmer", 10, 19), ("closer", 20, 31)],
        ),
    ],
    ids=["whole month", "from the middle", "over before", "grade only", "role", "there and back"],
)
def test_only_a_change_of_role_splits_a_month(
    assignments: list[Assignment], expected: list[tuple[str, int, int]]
) -> None:
    assert days_of(segment.segments(assignments, OCTOBER, ANN)) == expected


def test_nobody_has_a_segment_before_hire_or_after_leave() -> None:
    short = Person("ann", "Ann", date(2026, 10, 5), date(2026, 10, 23))
    assert days_of(segment.segments([held(date(2024, 3, 1))], OCTOBER, short)) == [("closer", 5, 23)]
    gone = Person("ann", "Ann", date(2024, 3, 1), date(2026, 9, 30))
    assert segment.segments([held(date(2024, 3, 1))], OCTOBER, gone) == []


def test_a_raise_in_the_middle_counts_by_working_days() -> None:
    """October 2026 has 22 working days; 12 of them lie before Monday the 19th and 10 from it on."""
    assignments = [held(FIRST, date(2026, 10, 18)), held(date(2026, 10, 19), fixed_salary_minor=220_000)]
    found = segment.segments(assignments, OCTOBER, ANN)
    assert len(found) == 1
    paid = segment.salaries(found[0], PLAIN, ANN, [])
    assert paid.fixed_minor == Fraction(200_000 * 12 + 220_000 * 10, 22)
    assert paid.soft_minor == 80_000


def test_every_paid_day_is_paid_with_the_salary_of_that_day() -> None:
    """Away without pay on all 12 working days before the raise: the month is paid by the new salary alone."""
    assignments = [held(FIRST, date(2026, 10, 18)), held(date(2026, 10, 19), fixed_salary_minor=220_000)]
    found = segment.segments(assignments, OCTOBER, ANN)[0]
    assert (
        segment.salaries(found, PLAIN, ANN, [Absence("ann", FIRST, date(2026, 10, 18), paid=False)]).fixed_minor
        == 220_000
    )
    away = [Absence("ann", FIRST, LAST, paid=False)]
    assert segment.salaries(found, PLAIN, ANN, away).fixed_minor == Fraction(200_000 * 12 + 220_000 * 10, 22)


def test_a_stay_of_a_weekend_still_has_a_salary() -> None:
    found = segment.segments([held(date(2026, 10, 31))], OCTOBER, ANN)[0]
    assert segment.salaries(found, PLAIN, ANN, []).fixed_minor == 200_000
    assert segment.stays(found, PLAIN, ANN, []) == [Stay("middle", 0, Fraction(1))]


def test_targets_are_prorated_by_days_present_in_each_grade() -> None:
    """The 22nd of September is a holiday; a paid absence counts for amounts and not for targets."""
    september = Period(2026, 9)
    calendar = calendar_of(
        [CalendarDay(date(2026, 9, 7), "Unification"), CalendarDay(date(2026, 9, 22), "Independence")]
    )
    assignments = [
        held(date(2024, 3, 1), date(2026, 9, 13), grade="junior"),
        held(date(2026, 9, 14), grade="middle", fte_bp=8_000),
    ]
    away = [Absence("ann", date(2026, 9, 10), date(2026, 9, 15), paid=True)]
    found = segment.segments(assignments, september, ANN)[0]
    assert segment.stays(found, calendar, ANN, away) == [Stay("junior", 6, 1), Stay("middle", 10, Fraction(4, 5))]
    assert [item.paid_days for item in segment.presences(found, calendar, ANN, away)] == [8, 12]
    assert found.last_assignment.grade == "middle"


@given(
    cuts=st.sets(st.integers(2, 31), max_size=5),
    hire=st.integers(1, 31),
    length=st.integers(0, 40),
    roles=st.lists(st.sampled_from(["closer", "farmer"]), min_size=6, max_size=6),
)
def test_segments_hold_every_employed_day_of_the_month_once(
    cuts: set[int], hire: int, length: int, roles: list[str]
) -> None:
    starts = [FIRST, *(date(2026, 10, day) for day in sorted(cuts))]
    ends = [*(start - timedelta(days=1) for start in starts[1:]), None]
    assignments = [held(start, end, role) for start, end, role in zip(starts, ends, roles, strict=False)]
    person = Person("ann", "Ann", date(2026, 10, hire), date(2026, 10, hire) + timedelta(days=length))
    found = segment.segments(assignments, OCTOBER, person)
    assert [day for item in found for day in item.days] == [day for day in OCTOBER.days if person.is_employed(day)]
    assert all(left.role != right.role for left, right in pairwise(found))


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 31)), min_size=1, max_size=6))
def test_a_salary_weighted_by_days_lies_between_the_lowest_and_the_highest(values: list[tuple[int, int]]) -> None:
    amounts, days = [value for value, _ in values], [count for _, count in values]
    mean = segment.weighted_by_days(amounts, days)
    assert min(amounts) <= mean <= max(amounts)
    assert mean * sum(days) == sum(amount * count for amount, count in values)
