"""Teams on a day: who reports to whom, as the assignments of that day say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from service.domain.days import ONE_DAY, Days, Span, joined
from service.domain.person import Assignment

Managers = Mapping[str, str | None]
"""Who is whose manager on one day; a person without an assignment that day is not in it."""


@dataclass(frozen=True)
class Tree:
    """Days on end on which nobody's manager changed, with everybody's manager."""

    span: Span
    managers: Managers

    @cached_property
    def reports(self) -> Mapping[str, Sequence[str]]:
        """Who reports to each manager without another between."""
        found: dict[str, list[str]] = {}
        for person_id, above in self.managers.items():
            if above is not None:
                found.setdefault(above, []).append(person_id)
        return found

    def direct(self, manager_id: str) -> list[str]:
        """Everybody who reports to this manager without another between, by person id."""
        return sorted(person_id for person_id in self.reports.get(manager_id, ()) if person_id != manager_id)

    def below(self, manager_id: str) -> list[str]:
        """Everybody whose chain of managers contains this one, by person id; a circle ends where it began."""
        found: set[str] = set()
        asked = [manager_id]
        while asked:
            new = {*self.reports.get(asked.pop(), ())} - found - {manager_id}
            found |= new
            asked += new
        return sorted(found)


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
    return [Tree((start, end), managers_on(assignments, start)) for start, end in zip(starts, ends, strict=True)]


def memberships(grown: Iterable[Tree], manager_id: str, *, direct: bool) -> dict[str, Days]:
    """On which days who was below a manager, directly or through others, by person id."""
    spans: dict[str, list[Span]] = {}
    for tree in grown:
        for person_id in tree.direct(manager_id) if direct else tree.below(manager_id):
            spans.setdefault(person_id, []).append(tree.span)
    return {person_id: joined(found) for person_id, found in sorted(spans.items())}


def everybody_above(grown: Iterable[Tree], person_ids: Iterable[str]) -> dict[str, set[str]]:
    """The managers above each person on some day, of all levels."""
    found: dict[str, set[str]] = {person_id: set() for person_id in person_ids}
    for tree in grown:
        for person_id, above in found.items():
            above.update(managers_above(tree.managers, person_id))
    return found


def everybody_below(grown: Iterable[Tree], person_ids: Iterable[str]) -> set[str]:
    """Who was below any of these people on some day."""
    wanted = set(person_ids)
    return {below for tree in grown for person_id in wanted for below in tree.below(person_id)}
