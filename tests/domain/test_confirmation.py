"""Promises about whom a version of a plan reaches."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service.domain.confirmation import PlanSpan, reaches
from service.domain.person import Person
from tests.company import an_assignment

TODAY = date(2026, 11, 23)
NOW = PlanSpan("closer", date(2026, 1, 1), date(2026, 11, 30))
NEXT = PlanSpan("closer", date(2026, 12, 1), None)
ANN = Person("ann", "Ann", date(2025, 1, 1))


@pytest.mark.parametrize(
    ("person", "changes", "now", "later"),
    [
        (ANN, {}, True, True),
        (ANN, {"role": "farmer"}, False, False),
        (ANN, {"ends_on": date(2026, 11, 22)}, False, False),
        (ANN, {"ends_on": date(2026, 11, 23)}, True, False),
        (ANN, {"starts_on": date(2026, 12, 1)}, False, True),
        (Person("ann", "Ann", date(2025, 1, 1), date(2026, 11, 30)), {}, True, False),
        (Person("ann", "Ann", date(2026, 12, 1)), {}, False, True),
        (ANN, {"person_id": "bob"}, False, False),
    ],
)
def test_a_version_reaches_who_has_the_role_on_a_day_of_it_from_today_on(
    person: Person, changes: dict[str, Any], *, now: bool, later: bool
) -> None:
    held = [an_assignment(**({"person_id": "ann", **changes}))]
    assert (reaches(NOW, TODAY, person, held), reaches(NEXT, TODAY, person, held)) == (now, later)
