"""People with their dated assignments and absences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Column, ColumnElement, Table, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from service.domain.person import Absence, Assignment, PayChannel, Person, UnknownPersonError
from service.store.dialect import hold_alone, insert_new, listed
from service.store.tables import absence, assignment, person


def lock_people(session: Session) -> None:
    """Keep every other import out until the transaction ends: each decides by what it read of everybody."""
    hold_alone(session, "people")


def list_people(session: Session) -> list[Person]:
    """Everybody who works or worked here, by person id."""
    return _people(session, person.c.person_id.is_not(None))


def list_people_of(session: Session, person_ids: Collection[str]) -> list[Person]:
    """These people, by person id; unknown ids are left out."""
    return _people(session, person.c.person_id.in_(sorted(person_ids)))


def list_people_employed(session: Session, first: date, last: date) -> list[Person]:
    """Everybody with at least one day between hire and leave inside the span, by person id."""
    return _people(session, (person.c.hired_on <= last) & or_(person.c.left_on.is_(None), person.c.left_on >= first))


def find_person(session: Session, person_id: str) -> Person | None:
    """The person, or None."""
    return next(iter(list_people_of(session, [person_id])), None)


def get_person(session: Session, person_id: str) -> Person:
    """The person; an unknown id is an `UnknownPersonError`."""
    found = find_person(session, person_id)
    if found is None:
        raise UnknownPersonError(person_id)
    return found


def list_assignments(session: Session, first: date, last: date) -> list[Assignment]:
    """The assignments of everybody that hold on some day of the span, by person and start."""
    return _assignments(session, _touches(assignment, first, last))


def list_assignments_of(session: Session, person_ids: Collection[str]) -> list[Assignment]:
    """All assignments of these people, by person and start."""
    return _assignments(session, assignment.c.person_id.in_(sorted(person_ids)))


def list_assignments_below(session: Session, person_ids: Collection[str], first: date, last: date) -> list[Assignment]:
    """The assignments in a span of these people and of all who were below one of them on some day of it.

    Of a few others too, where somebody had two managers in the span.
    """
    found, asked = set(person_ids), set(person_ids)
    while asked:
        keys = listed(session, [assignment.c.manager_id], [(name,) for name in sorted(asked)])
        is_below = assignment.c.manager_id.in_(select(keys.c.manager_id))
        rows = session.scalars(select(assignment.c.person_id).where(is_below, _touches(assignment, first, last)))
        asked = {*rows} - found
        found |= asked
    return _touching(session, found, first, last)


def list_assignments_above(session: Session, person_ids: Collection[str], first: date, last: date) -> list[Assignment]:
    """The assignments in a span of these people and of all who were above one of them on some day of it.

    Of a few others too, where somebody had two managers in the span.
    """
    found, asked = set[str](), set(person_ids)
    held: list[Assignment] = []
    while asked:
        new = _touching(session, asked, first, last)
        held += new
        found |= asked
        asked = {item.manager_id for item in new if item.manager_id} - found
    return held


def list_absences(session: Session, person_ids: Collection[str], first: date, last: date) -> list[Absence]:
    """The absences of these people that touch the span, by person and start."""
    wanted = absence.c.person_id.in_(sorted(person_ids)) & _touches(absence, first, last)
    query = select(absence).where(wanted).order_by(absence.c.person_id, absence.c.starts_on)
    return [Absence(row.person_id, row.starts_on, row.ends_on, row.paid) for row in session.execute(query)]


def _touching(session: Session, person_ids: Collection[str], first: date, last: date) -> list[Assignment]:
    keys = listed(session, [assignment.c.person_id], [(name,) for name in sorted(person_ids)])
    own = assignment.c.person_id.in_(select(keys.c.person_id))
    return _assignments(session, own & _touches(assignment, first, last))


def replace_people(
    session: Session, people: Sequence[Person], assignments: Sequence[Assignment], absences: Sequence[Absence]
) -> None:
    """Store people, new or known, with exactly these assignments and absences; nobody else is touched."""
    person_ids = sorted(item.person_id for item in people)
    rows = [_person_row(item) for item in people]
    new = insert_new(session, person, rows, ("person_id",), ("person_id",))
    known = {item.person_id for item in people} - {row.person_id for row in new}
    changed = [{"known_id": row["person_id"], **row} for row in rows if row["person_id"] in known]
    if changed:
        session.execute(update(person).where(person.c.person_id == bindparam("known_id")), changed)
    for table in (assignment, absence):
        session.execute(delete(table).where(table.c.person_id.in_(person_ids)))
    if assignments:
        session.execute(insert(assignment), [_assignment_row(item) for item in assignments])
    if absences:
        session.execute(insert(absence), [_absence_row(item) for item in absences])


def _touches(table: Table, first: date, last: date) -> ColumnElement[bool]:
    ends: Column[date | None] = table.c.ends_on
    return (table.c.starts_on <= last) & or_(ends.is_(None), ends >= first)


def _people(session: Session, wanted: ColumnElement[bool]) -> list[Person]:
    rows = session.execute(select(person).where(wanted))
    # Sorted here: hashes of documents rest on the order, and databases do not agree on that of texts.
    return sorted((Person(*row) for row in rows), key=lambda found: found.person_id)


def _assignments(session: Session, wanted: ColumnElement[bool]) -> list[Assignment]:
    query = select(assignment).where(wanted).order_by(assignment.c.person_id, assignment.c.starts_on)
    rows = session.execute(query).mappings()
    return [Assignment(**{**row, "pay_channel": PayChannel(row["pay_channel"])}) for row in rows]


def _person_row(item: Person) -> dict[str, object]:
    return {"person_id": item.person_id, "name": item.name, "hired_on": item.hired_on, "left_on": item.left_on}


def _assignment_row(item: Assignment) -> dict[str, object]:
    return {column.name: getattr(item, column.name) for column in assignment.columns}


def _absence_row(item: Absence) -> dict[str, object]:
    return {"person_id": item.person_id, "starts_on": item.starts_on, "ends_on": item.ends_on, "paid": item.paid}
