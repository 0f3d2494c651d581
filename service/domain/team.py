"""Teams on a day: who reports to whom, as the assignments of that day say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from service.domain.person import Assignment

Managers = Mapping[str, str | None]
"""Who is whose manager on one day; a person without an assignment that day is not in it."""


def managers_on(assignments: Iterable[Assignment], day: date) -> dict[str, str | None]:
    """Everybody's manager on a day."""
    return {item.person_id: item.manager_id for item in assignments if item.covers(day)}


def managers_above(managers: Managers, person_id: str) -> list[str]:
    """The chain of managers above a person, the nearest first; it ends where it would repeat itself."""
    chain: list[str] = []
    above = managers.get(person_id)
    while above is not None and above != person_id and above not in chain:
        chain.append(above)
        above = managers.get(above)
    return chain


def members_below(managers: Managers, manager_id: str) -> list[str]:
    """Everybody whose chain of managers contains this one, by person id."""
    return sorted(person_id for person_id in managers if manager_id in managers_above(managers, person_id))


def direct_members(managers: Managers, manager_id: str) -> list[str]:
    """Everybody who reports to this manager without another between, by person id."""
    return sorted(person_id for person_id, above in managers.items() if above == manager_id and person_id != manager_id)


def circle_through(managers: Managers, person_id: str) -> list[str]:
    """The people of a circle of managers through this person, from the person on; empty if there is none."""
    chain = [person_id, *managers_above(managers, person_id)]
    return chain if managers.get(chain[-1]) == person_id else []


def team_on(assignments: Iterable[Assignment], team: str, day: date) -> list[str]:
    """The members of a team on a day, by person id."""
    return sorted(item.person_id for item in assignments if item.team == team and item.covers(day))


def by_person(assignments: Iterable[Assignment]) -> dict[str, list[Assignment]]:
    """Assignments grouped by person, each group in order of time."""
    grouped: dict[str, list[Assignment]] = {}
    for item in sorted(assignments, key=_start):
        grouped.setdefault(item.person_id, []).append(item)
    return grouped


def _start(item: Assignment) -> date:
    return item.starts_on


def deepest_first(managers: Managers, person_ids: Sequence[str]) -> list[str]:
    """People in the order in which they can be scored: nobody before the members below; equal depth by person id."""
    return sorted(person_ids, key=lambda person_id: (-len(managers_above(managers, person_id)), person_id))
