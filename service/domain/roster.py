"""The roster: everybody with assignments, absences and aliases, and how an import changes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from service.domain.errors import Problem
from service.domain.period import Period, months_between
from service.domain.person import Absence, Alias, Assignment, Person, assignment_on
from service.domain.person_row import Entry
from service.domain.team import circle_through
from service.domain.timeline import ONE_DAY, Spell, changed_span, cleared, overwritten

Subject = tuple[str, str]
"""A source and the user id under which it knows somebody."""


@dataclass(frozen=True, slots=True)
class Roster:
    """What is known: by person, and for aliases by source and user id; each list in order of time."""

    people: Mapping[str, Person] = field(default_factory=dict)
    assignments: Mapping[str, Sequence[Assignment]] = field(default_factory=dict)
    absences: Mapping[str, Sequence[Absence]] = field(default_factory=dict)
    aliases: Mapping[Subject, Sequence[Alias]] = field(default_factory=dict)


def merged(known: Roster, entries: Sequence[Entry]) -> Roster:
    """The roster after an import: what the rows say holds from their first days on, and what they leave out stays."""
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        grouped.setdefault(entry.person.person_id, []).append(entry)
    people, assignments, absences = dict(known.people), dict(known.assignments), dict(known.absences)
    for person_id, found in grouped.items():
        people[person_id] = found[-1].person
        assignments[person_id] = _assignments(known.assignments.get(person_id, ()), found)
        absences[person_id] = _absences(known.absences.get(person_id, ()), found)
    return Roster(people, assignments, absences, _aliases(known.aliases, entries))


def roster_problems(
    after: Roster, entries: Sequence[Entry], source_ids: Collection[str], named: Collection[str]
) -> list[Problem]:
    """Every mistake that a row makes together with the others or with what is known.

    `named` are the person ids of all rows, those with mistakes of their own included.
    """
    return [
        *_contradictions(entries),
        *_unknown_names({*after.people, *named}, entries, source_ids),
        *_circles(after, entries),
        *_shared_subjects(after, entries),
        *_shared_numbers(after, entries),
    ]


def changed_people(before: Roster, after: Roster) -> list[str]:
    """Whose rows differ, by person id."""
    return [
        person_id
        for person_id in sorted(after.people)
        if before.people.get(person_id) != after.people[person_id]
        or list(before.assignments.get(person_id, ())) != list(after.assignments.get(person_id, ()))
        or list(before.absences.get(person_id, ())) != list(after.absences.get(person_id, ()))
    ]


def changed_subjects(before: Roster, after: Roster) -> list[Subject]:
    """Which user ids mean somebody else, or mean somebody on other days, than before."""
    return sorted(
        subject for subject, found in after.aliases.items() if list(before.aliases.get(subject, ())) != list(found)
    )


def lost_aliases(before: Roster, after: Roster) -> list[Alias]:
    """The days on which user ids no longer mean whom they meant: what counted there belongs to somebody else."""
    found = []
    for subject in changed_subjects(before, after):
        for held in before.aliases.get(subject, ()):
            left = [Spell(held.starts_on, held.ends_on, held.person_id)]
            for now in after.aliases[subject]:
                left = cleared(left, now.starts_on, now.ends_on) if now.person_id == held.person_id else left
            found += [replace(held, starts_on=spell.starts_on, ends_on=spell.ends_on) for spell in left]
    return found


def changed_months(before: Roster, after: Roster, first: Period, last: Period) -> list[tuple[str, Period]]:
    """The months in a span to score again: of everybody who changed, and of their managers then and now."""
    found: set[tuple[str, Period]] = set()
    for person_id in changed_people(before, after):
        for starts_on, ends_on in _changed_spans(before, after, person_id):
            touched = months_between(
                max(first, Period.of(starts_on)), last if ends_on is None else min(last, Period.of(ends_on))
            )
            held = [*before.assignments.get(person_id, ()), *after.assignments.get(person_id, ())]
            managers = {item.manager_id for item in held if item.manager_id and item.manager_id in after.people}
            found |= {(concerned, period) for concerned in {person_id, *managers} for period in touched}
    return sorted(found)


def _assignments(known: Sequence[Assignment], entries: Sequence[Entry]) -> list[Assignment]:
    """Each assignment ends where the next begins, the last with the person."""
    by_start = {item.starts_on: item for item in known}
    by_start |= {entry.assignment.starts_on: entry.assignment for entry in entries}
    left_on = entries[-1].person.left_on
    held = [item for start, item in sorted(by_start.items()) if left_on is None or start <= left_on]
    ended = [replace(item, ends_on=then.starts_on - ONE_DAY) for item, then in pairwise(held)]
    return [*ended, *(replace(item, ends_on=left_on) for item in held[-1:])]


def _absences(known: Sequence[Absence], entries: Sequence[Entry]) -> list[Absence]:
    spells = [Spell(item.starts_on, item.ends_on, item.paid) for item in known]
    for entry in entries:
        for change in entry.absences:
            if change.paid is None:
                spells = cleared(spells, change.starts_on, change.ends_on)
            else:
                spells = overwritten(spells, Spell(change.starts_on, change.ends_on, change.paid))
    person_id = entries[-1].person.person_id
    return [Absence(person_id, spell.starts_on, spell.ends_on or spell.starts_on, spell.content) for spell in spells]


def _aliases(known: Mapping[Subject, Sequence[Alias]], entries: Sequence[Entry]) -> dict[Subject, list[Alias]]:
    """A row says who had a user id from its first day on; of days before, and of other people, it says nothing."""
    found = {subject: list(items) for subject, items in known.items()}
    for entry in entries:
        for new in entry.aliases:
            held = found.get((new.source_id, new.subject), [])
            own = [Spell(item.starts_on, item.ends_on, "") for item in held if item.person_id == new.person_id]
            spells = overwritten(cleared(own, new.starts_on, None), Spell(new.starts_on, new.ends_on, ""))
            mine = [replace(new, starts_on=spell.starts_on, ends_on=spell.ends_on) for spell in spells]
            others = [item for item in held if item.person_id != new.person_id]
            found[new.source_id, new.subject] = sorted([*others, *mine], key=lambda item: item.starts_on)
    return found


def _contradictions(entries: Sequence[Entry]) -> list[Problem]:
    problems = []
    people: dict[str, Person] = {}
    starts: set[tuple[str, date]] = set()
    absences: dict[str, list[Spell[bool | None]]] = {}
    for entry in entries:
        person, row = entry.person, entry.row
        if people.setdefault(person.person_id, person) != person:
            detail = "Name, hired_on or left_on differ from those in another row of this person."
            problems.append(row.problem("person_id", "contradiction", detail))
        if (person.person_id, entry.assignment.starts_on) in starts:
            detail = "Another row of this person begins on the same day."
            problems.append(row.problem("starts_on", "contradiction", detail))
        starts.add((person.person_id, entry.assignment.starts_on))
        said = absences.setdefault(person.person_id, [])
        for change in entry.absences:
            if any(
                _meet(spell, change.starts_on, change.ends_on) and spell.content is not change.paid for spell in said
            ):
                detail = f"The absence from {change.starts_on} contradicts another one of this person."
                problems.append(row.problem("absences", "contradiction", detail))
            said.append(Spell(change.starts_on, change.ends_on, change.paid))
    return problems


def _meet(spell: Spell[bool | None], first: date, last: date) -> bool:
    return spell.starts_on <= last and (spell.ends_on is None or first <= spell.ends_on)


def _unknown_names(person_ids: Collection[str], entries: Sequence[Entry], source_ids: Collection[str]) -> list[Problem]:
    problems = []
    for entry in entries:
        manager_id = entry.assignment.manager_id
        if manager_id is not None and manager_id not in person_ids:
            detail = f'Nobody has the person id "{manager_id}". Import the manager first, or in the same import.'
            problems.append(entry.row.problem("manager_id", "unknown_manager", detail))
        for place, alias in enumerate(entry.aliases):
            if alias.source_id not in source_ids:
                detail = f'There is no source "{alias.source_id[:64]}". Add it with: stimul sources add'
                problems.append(entry.row.problem(f"aliases/{place}/source", "unknown_source", detail))
    return problems


def _circles(after: Roster, entries: Sequence[Entry]) -> list[Problem]:
    """A circle of managers exists from the first day of one of its assignments on, so only those days are looked at."""
    rows = {entry.person.person_id: entry.row for entry in reversed(entries)}
    earliest = min((entry.assignment.starts_on for entry in entries), default=date.max)
    problems: dict[frozenset[str], Problem] = {}
    for held in after.assignments.values():
        for item in held:
            circle = _circle(after, item) if item.starts_on >= earliest else []
            concerned = [person_id for person_id in circle if person_id in rows]
            if concerned and frozenset(circle) not in problems:
                named = " > ".join([*circle, circle[0]])
                detail = f"From {item.starts_on} these people would be managers of each other in a circle: {named}."
                problem = rows[concerned[0]].problem("manager_id", "circle_of_managers", detail)
                problems[frozenset(circle)] = problem
    return list(problems.values())


def _circle(after: Roster, item: Assignment) -> list[str]:
    managers: dict[str, str | None] = {}
    above: str | None = item.person_id
    while above is not None and above not in managers:
        held = assignment_on(after.assignments.get(above, ()), item.starts_on)
        managers[above] = held.manager_id if held else None
        above = managers[above]
    return circle_through(managers, item.person_id)


def _shared_subjects(after: Roster, entries: Sequence[Entry]) -> list[Problem]:
    problems = []
    for entry in entries:
        for place, new in enumerate(entry.aliases):
            held = after.aliases[new.source_id, new.subject]
            others = [item for item in held if item.person_id != new.person_id]
            taken = [item for item in others if _overlap(item, new)]
            if taken:
                detail = (
                    f"{new.source_id} knows {taken[0].person_id} by this user id from {taken[0].starts_on}; give that "
                    "alias an end first, or in the same import."
                )
                problems.append(entry.row.problem(f"aliases/{place}/subject", "alias_taken", detail))
    return problems


def _shared_numbers(after: Roster, entries: Sequence[Entry]) -> list[Problem]:
    """A personnel number is one person's for ever: by it payroll says whom it paid."""
    holders: dict[str, set[str]] = {}
    for person_id, held in after.assignments.items():
        for item in held:
            holders.setdefault(item.personnel_number, set()).add(person_id)
    problems = []
    for entry in entries:
        number = entry.assignment.personnel_number
        others = sorted(holders.get(number, set()) - {entry.person.person_id}) if number else []
        if others:
            detail = f"{others[0]} has this personnel number; every person has their own, for ever."
            problems.append(entry.row.problem("personnel_number", "number_taken", detail))
    return problems


def _overlap(left: Alias, right: Alias) -> bool:
    return left.starts_on <= (right.ends_on or date.max) and right.starts_on <= (left.ends_on or date.max)


def _changed_spans(before: Roster, after: Roster, person_id: str) -> list[tuple[date, date | None]]:
    spans = [
        changed_span(_employed(before, person_id), _employed(after, person_id)),
        changed_span(_held(before, person_id), _held(after, person_id)),
        changed_span(_away(before, person_id), _away(after, person_id)),
    ]
    return [span for span in spans if span is not None]


def _employed(roster: Roster, person_id: str) -> list[Spell[date]]:
    # The first day is what tenure counts from, so another one changes every day after it.
    person = roster.people.get(person_id)
    return [] if person is None else [Spell(person.hired_on, person.left_on, person.hired_on)]


def _held(roster: Roster, person_id: str) -> list[Spell[Assignment]]:
    return [
        Spell(item.starts_on, item.ends_on, replace(item, starts_on=date.min, ends_on=None))
        for item in roster.assignments.get(person_id, ())
    ]


def _away(roster: Roster, person_id: str) -> list[Spell[bool]]:
    return [Spell(item.starts_on, item.ends_on, item.paid) for item in roster.absences.get(person_id, ())]
