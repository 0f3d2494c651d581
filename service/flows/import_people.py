"""Import people: all rows or none, and everything that already counted on them is scored again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.domain.audit import PERSON_CHANGED, AuditEntry
from service.domain.errors import Problem
from service.domain.event import JsonValue
from service.domain.period import Period, latest_begun
from service.domain.person import Absence, Alias
from service.domain.person_row import Entry, PersonRow, RowsRefusedError, read_rows
from service.domain.roster import (
    Roster,
    Subject,
    changed_months,
    changed_people,
    changed_subjects,
    lost_aliases,
    merged,
    roster_problems,
)
from service.domain.team import by_person
from service.store.aliases import list_aliases_of_subjects, replace_aliases
from service.store.audit import add_new_audits
from service.store.people import list_absences, list_assignments, list_people, lock_people, replace_people
from service.store.periods import list_periods
from service.store.session import follow_up
from service.store.sources import list_sources
from service.store.stale import mark_stale


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: people named in it, those who changed, and months that are scored again.

    `lost` are the days on which user ids no longer mean whom they meant: `recount_events` is due for them, in the
    same transaction.
    """

    people: int
    changed: int
    months: int
    lost: tuple[Alias, ...] = ()


def import_people(session: Session, rows: Sequence[PersonRow], by: str, *, now: datetime) -> Imported:
    """Store what the rows say of people, or raise `RowsRefusedError` with every mistake and store nothing."""
    entries, problems = read_rows(rows)
    lock_people(session)
    before = _known(session, entries)
    after = merged(before, entries)
    problems += _together(session, after, entries, rows)
    if problems:
        raise RowsRefusedError(problems, len(rows))
    changed, subjects = changed_people(before, after), changed_subjects(before, after)
    months = changed_months(before, after, _first_month(session, now), latest_begun(now))
    _store(session, after, changed, subjects)
    add_new_audits(session, [AuditEntry(now, by, PERSON_CHANGED, who, _what(before, after, who)) for who in changed])
    mark_stale(session, months, now)
    if months:
        follow_up(session, "refresh")
    if subjects:
        follow_up(session, "replay")
    named = {entry.person.person_id for entry in entries}
    return Imported(len(named), len(changed), len(months), tuple(lost_aliases(before, after)))


def _what(before: Roster, after: Roster, person_id: str) -> dict[str, JsonValue]:
    """Which parts of what is known of a person changed; never a salary, for the log has more readers than payroll."""
    parts = {
        "person": before.people.get(person_id) != after.people.get(person_id),
        "assignments": before.assignments.get(person_id) != after.assignments.get(person_id),
        "absences": before.absences.get(person_id) != after.absences.get(person_id),
    }
    return {"new": person_id not in before.people, "changed": [name for name, differs in parts.items() if differs]}


def _known(session: Session, entries: Sequence[Entry]) -> Roster:
    person_ids = {entry.person.person_id for entry in entries}
    subjects = {(alias.source_id, alias.subject) for entry in entries for alias in entry.aliases}
    aliases: dict[Subject, list[Alias]] = {}
    for alias in list_aliases_of_subjects(session, subjects):
        aliases.setdefault((alias.source_id, alias.subject), []).append(alias)
    absences: dict[str, list[Absence]] = {}
    for absence in list_absences(session, person_ids, date.min, date.max):
        absences.setdefault(absence.person_id, []).append(absence)
    return Roster(
        people={person.person_id: person for person in list_people(session)},
        assignments=by_person(list_assignments(session, date.min, date.max)),
        absences=absences,
        aliases=aliases,
    )


def _together(session: Session, after: Roster, entries: Sequence[Entry], rows: Sequence[PersonRow]) -> list[Problem]:
    # A manager whose own row has a mistake is not unknown: one mistake is reported once.
    named = {row.cells.get("person_id", "").strip() for row in rows}
    source_ids = [source.source_id for source in list_sources(session)]
    return roster_problems(after, entries, source_ids, named)


def _first_month(session: Session, now: datetime) -> Period:
    """The first month whose scores can matter: the earliest with any work in it, and always the month before this."""
    known = [row.period for row in list_periods(session)]
    return min([*known, latest_begun(now).preceding])


def _store(session: Session, after: Roster, changed: Sequence[str], subjects: Sequence[Subject]) -> None:
    replace_people(
        session,
        [after.people[person_id] for person_id in changed],
        [item for person_id in changed for item in after.assignments.get(person_id, ())],
        [item for person_id in changed for item in after.absences.get(person_id, ())],
    )
    replace_aliases(session, subjects, [alias for subject in subjects for alias in after.aliases[subject]])
