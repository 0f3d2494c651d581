"""Promises about a person, the assignment of a day and the ids under which sources know people."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from service.domain.person import Alias, Assignment, Person, assignment_on, person_known_as

SEAT = [
    Alias("crm", "17", "ann", date(2026, 1, 1), date(2026, 3, 31)),
    Alias("crm", "17", "bob", date(2026, 4, 1)),
    Alias("crm", "18", "cid", date(2026, 1, 1)),
]


@pytest.mark.parametrize(
    ("subject", "day", "person_id"),
    [
        ("17", date(2025, 12, 31), None),
        ("17", date(2026, 1, 1), "ann"),
        ("17", date(2026, 3, 31), "ann"),
        ("17", date(2026, 4, 1), "bob"),
        ("18", date(2030, 1, 1), "cid"),
        ("19", date(2026, 4, 1), None),
    ],
)
def test_a_user_id_means_whoever_had_it_that_day(subject: str, day: date, person_id: str | None) -> None:
    assert person_known_as(SEAT, subject, day) == person_id


@pytest.mark.parametrize(
    ("day", "months"), [(date(2026, 3, 31), 0), (date(2026, 4, 1), 1), (date(2027, 3, 1), 12), (date(2027, 2, 28), 11)]
)
def test_tenure_counts_calendar_months_from_the_month_of_hire(day: date, months: int) -> None:
    assert Person("ann", "Ann", date(2026, 3, 30)).tenure_months(day) == months


def test_employment_includes_the_first_and_the_last_day() -> None:
    ann = Person("ann", "Ann", date(2026, 3, 1), date(2026, 3, 31))
    employed = [
        ann.is_employed(day) for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1))
    ]
    assert employed == [False, True, True, False]


def test_the_assignment_of_a_day_is_the_one_that_covers_it() -> None:
    early = Assignment("ann", date(2026, 1, 1), date(2026, 3, 31), "closer", "junior", "north", None, 5_000, 1, 1)
    late = Assignment("ann", date(2026, 5, 1), None, "closer", "senior", "north", None, 10_000, 1, 1)
    found = [assignment_on([early, late], date(2026, month, 15)) for month in (3, 4, 5)]
    assert found == [early, None, late]
    assert early.fte == Fraction(1, 2)
