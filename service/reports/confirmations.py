"""Who has read the plan that pays them: by person, and by plan for finance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from service.domain.confirmation import Confirmation, PlanNotPublishedError
from service.domain.figures import Language
from service.plans import Plan, plan_from_document
from service.store.confirmations import list_confirmations
from service.store.plan_readers import ALWAYS, list_plans_of, list_readers
from service.store.plans import PlanInForce, get_document, list_in_force, list_labels, list_papers


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """A version, called `label` by its author, that pays a person now (`holds`) or next; whether they confirmed it."""

    version: PlanInForce
    label: str
    plan: Plan
    html: str
    holds: bool
    confirmation: Confirmation | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody whom a version pays; no confirmation yet: None."""

    person_id: str
    name: str
    confirmation: Confirmation | None


@dataclass(frozen=True, slots=True)
class VersionReaders:
    """A version and everybody it pays from today on."""

    version: PlanInForce
    label: str
    readers: tuple[Reader, ...]

    @property
    def confirmed(self) -> int:
        """How many have confirmed it."""
        return sum(item.confirmation is not None for item in self.readers)


def plans_of_person(session: Session, person_id: str, language: Language, today: date) -> list[PersonPlan]:
    """The versions that pay a person from today on, in the order of time, as the person reads them."""
    versions = list_plans_of(session, person_id, today)
    hashes = {item.plan_hash for item in versions}
    labels, confirmed = list_labels(session, hashes), list_confirmations(session, hashes)
    papers = list_papers(session, hashes, language.value)
    return [
        PersonPlan(
            item,
            labels[item.plan_hash],
            plan_from_document(get_document(session, item.plan_hash)),
            papers.get(item.plan_hash, ""),
            item.covers(today),
            confirmed.get((person_id, item.plan_hash)),
        )
        for item in versions
    ]


def unconfirmed_plans(session: Session, person_id: str, today: date) -> list[PlanInForce]:
    """The versions that pay a person from today on and wait for their confirmation, in the order of time."""
    versions = list_plans_of(session, person_id, today)
    confirmed = list_confirmations(session, {item.plan_hash for item in versions})
    return [item for item in versions if (person_id, item.plan_hash) not in confirmed]


def confirmations_of(session: Session, plan_id: str, today: date) -> list[VersionReaders]:
    """Who has confirmed and who has not, for the version in force and those to come."""
    versions = list_in_force(session, [plan_id], today, ALWAYS)
    if not versions:
        raise PlanNotPublishedError(plan_id)
    hashes = {item.plan_hash for item in versions}
    labels, confirmed = list_labels(session, hashes), list_confirmations(session, hashes)
    return [
        VersionReaders(
            item,
            labels[item.plan_hash],
            tuple(
                Reader(person.person_id, person.name, confirmed.get((person.person_id, item.plan_hash)))
                for person in list_readers(session, item, today)
            ),
        )
        for item in versions
    ]
