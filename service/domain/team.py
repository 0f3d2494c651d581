"""Teams on a day: who reports to whom, as the assignments of that day say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from service.domain.days import ONE_DAY, Days, Span, joined
from service.domain.person import Assignment

Managers = Mapping[str, str | None]
"""Who is whose manager on one day; a person without an assignment that day is not in it."""

Tree = tuple[Span, Managers]
"""Days on end on which nobody's manager changed, with everybody's manager."""


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


def trees(assignments: Sequence[Assignment], first: date, last: date) -> list[Tree]:
    """The managers of a span of days, cut where an assignment begins or ends."""
    edges = {first, *(item.starts_on for item in assignments)}
    edges |= {item.ends_on + ONE_DAY for item in assignments if item.ends_on is not None}
    starts = sorted(day for day in edges if first <= day <= last)
    ends = [*(day - ONE_DAY for day in starts[1:]), last]
    return [((start, end), managers_on(assignments, start)) for start, end in zip(starts, ends, strict=True)]


def memberships(grown: Iterable[Tree], manager_id: str, *, direct: bool) -> dict[str, Days]:
    """On which days who was below a manager, directly or through others, by person id."""
    spans: dict[str, list[Span]] = {}
    for span, managers in grown:
        for person_id in (direct_members if direct else members_below)(managers, manager_id):
            spans.setdefault(person_id, []).append(span)
    return {person_id: joined(found) for person_id, found in sorted(spans.items())}


def everybody_above(grown: Iterable[Tree], person_ids: Iterable[str]) -> dict[str, set[str]]:
    """The managers above each person on some day, of all levels."""
    found: dict[str, set[str]] = {person_id: set() for person_id in person_ids}
    for _, managers in grown:
        for person_id, above in found.items():
            above.update(managers_above(managers, person_id))
    return found


def everybody_below(grown: Iterable[Tree], person_ids: Iterable[str]) -> set[str]:
    """Who was below any of these people on some day."""
    wanted = set(person_ids)
    return {
        person_id
        for _, managers in grown
        for person_id in managers
        if not wanted.isdisjoint(managers_above(managers, person_id))
    }
