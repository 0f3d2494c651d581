"""People as of a day: what they are, and under which user ids the sources know them; never what they earn."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from service.domain.person import Alias, Assignment, Person
from service.store.aliases import list_aliases_of_people
from service.store.people import list_assignments, list_people, list_people_of


@dataclass(frozen=True, slots=True)
class PersonOn:
    """A person on one day; no assignment before the first one and after the last day."""

    person: Person
    assignment: Assignment | None
    aliases: tuple[Alias, ...]


def people_on(session: Session, day: date) -> list[PersonOn]:
    """Everybody, with the assignment and the user ids of a day, by person id."""
    people = list_people(session)
    held = {item.person_id: item for item in list_assignments(session, day, day)}
    aliases: dict[str, list[Alias]] = {}
    for alias in list_aliases_of_people(session, [person.person_id for person in people]):
        if alias.covers(day):
            aliases.setdefault(alias.person_id, []).append(alias)
    return [PersonOn(person, held.get(person.person_id), tuple(aliases.get(person.person_id, ()))) for person in people]


def people_names(session: Session, person_ids: Collection[str]) -> dict[str, str]:
    """The names of these people, by person id."""
    return {person.person_id: person.name for person in list_people_of(session, person_ids)}


def person_on_document(found: PersonOn) -> dict[str, object]:
    """A person on a day, for JSON and lists; salaries are written and never read back."""
    person, held = found.person, found.assignment
    return {
        "person_id": person.person_id,
        "name": person.name,
        "hired_on": person.hired_on,
        "left_on": person.left_on,
        "role": held.role if held else None,
        "grade": held.grade if held else None,
        "team": held.team if held else None,
        "manager_id": held.manager_id if held else None,
        "part_time_percent": f"{Decimal(held.fte_bp).scaleb(-2).normalize():f}" if held else None,
        "pay_channel": held.pay_channel.value if held else None,
        "since": held.starts_on if held else None,
        "aliases": [f"{alias.source_id}={alias.subject}" for alias in found.aliases],
    }
