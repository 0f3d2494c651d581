"""A confirmation: a person has read the plan that pays them, in a language, at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.domain.errors import BusinessConflictError, NotFoundError
from service.domain.figures import Language
from service.domain.person import Assignment, Person


class PlanNotPublishedError(NotFoundError):
    """A plan was asked for of which no version was ever published, or none holds or will."""

    code = "plan_not_published"

    def __init__(self, plan_id: str) -> None:
        super().__init__(
            f'No version of a plan "{plan_id[:64]}" is published. GET /v1/plans lists those that are; '
            "`stimul plan publish` publishes one."
        )


class PlanNotForPersonError(BusinessConflictError):
    """A person was to confirm a plan that does not pay them, now or next."""

    code = "plan_not_for_person"

    def __init__(self, person_id: str) -> None:
        super().__init__(
            f"The hash belongs to no plan that {person_id} has now or next, so there is nothing to confirm. "
            f"GET /v1/people/{person_id}/plan tells which those are; the plan may have been published anew."
        )


@dataclass(frozen=True, slots=True)
class Confirmation:
    """That a person has read a plan; `recorded_by` is the system in which they said so."""

    person_id: str
    plan_hash: str
    language: Language
    confirmed_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class PlanSpan:
    """From when to when a version of a plan holds, both included; no end: until further notice."""

    plan_id: str
    starts_on: date
    ends_on: date | None


def reaches(span: PlanSpan, today: date, person: Person, assignments: Sequence[Assignment]) -> bool:
    """Whether the version pays the person on some day from today on: by the role they have then."""
    for item in assignments:
        begins = max(today, span.starts_on, item.starts_on, person.hired_on)
        ends = [day for day in (span.ends_on, item.ends_on, person.left_on) if day is not None]
        own = item.role == span.plan_id and item.person_id == person.person_id
        if own and all(begins <= day for day in ends):
            return True
    return False
