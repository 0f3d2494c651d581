"""Whom the versions of plans reach: the people who have the role on a day on which the version holds."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from service.domain.confirmation import PlanSpan, reaches
from service.domain.person import Person
from service.store.people import get_person, list_assignments, list_assignments_of, list_people_employed
from service.store.plans import PlanInForce, list_in_force

ALWAYS = date.max
"""The end of what has none."""


def list_plans_of(session: Session, person_id: str, today: date) -> list[PlanInForce]:
    """The versions that pay a person from today on, in the order of time; an unknown id is an `UnknownPersonError`."""
    person = get_person(session, person_id)
    assignments = list_assignments_of(session, [person_id])
    versions = list_in_force(session, {item.role for item in assignments}, today, ALWAYS)
    found = [item for item in versions if reaches(_span(item), today, person, assignments)]
    return sorted(found, key=lambda item: item.starts_on)


def list_readers(session: Session, version: PlanInForce, today: date) -> list[Person]:
    """Everybody whom a version pays from today on, by person id."""
    assignments = list_assignments(session, today, ALWAYS)
    people = list_people_employed(session, today, ALWAYS)
    by_person = {
        person.person_id: [item for item in assignments if item.person_id == person.person_id] for person in people
    }
    return [item for item in people if reaches(_span(version), today, item, by_person[item.person_id])]


def _span(version: PlanInForce) -> PlanSpan:
    return PlanSpan(version.plan_id, version.starts_on, version.ends_on)
