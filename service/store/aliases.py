"""Aliases: under which user id each source knows a person, from when to when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, insert, select
from sqlalchemy.orm import Session

from service.domain.person import Alias
from service.store.dialect import ask, key_table, key_values
from service.store.tables import alias


def list_aliases(session: Session, source_id: str, subjects: Collection[str]) -> list[Alias]:
    """Every alias of these user ids of one source, in order of time; `person_known_as` reads them as of a day."""
    return _list(session, _of_source(source_id, subjects))


def list_aliases_of_people(session: Session, person_ids: Collection[str]) -> list[Alias]:
    """Every alias of these people."""
    return _list(session, alias.c.person_id.in_(sorted(person_ids)))


def list_aliases_of_subjects(session: Session, subjects: Collection[tuple[str, str]]) -> list[Alias]:
    """Every alias of these pairs of source and user id."""
    if not subjects:
        return []
    rows = ask(session, _of_subjects, key_values(("source_id", "subject"), sorted(subjects)))
    return [Alias(*row) for row in rows]


def replace_aliases(session: Session, subjects: Collection[tuple[str, str]], aliases: Sequence[Alias]) -> None:
    """Make these aliases the only ones of these pairs of source and user id."""
    for source_id, found in _by_source(subjects).items():
        session.execute(delete(alias).where(_of_source(source_id, found)))
    if aliases:
        session.execute(insert(alias), [_row(item) for item in aliases])


def _by_source(subjects: Collection[tuple[str, str]]) -> Mapping[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for source_id, subject in sorted(subjects):
        grouped.setdefault(source_id, []).append(subject)
    return grouped


def _of_source(source_id: str, subjects: Collection[str]) -> ColumnElement[bool]:
    return (alias.c.source_id == source_id) & alias.c.subject.in_(sorted(subjects))


@cache
def _of_subjects(database: str) -> Select[Any]:
    columns = alias.c
    asked = key_table(database, [columns.source_id, columns.subject])
    known = (columns.source_id == asked.c.source_id) & (columns.subject == asked.c.subject)
    return _aliases().join_from(asked, alias, known)


def _aliases() -> Select[Any]:
    columns = alias.c
    rows = select(columns.source_id, columns.subject, columns.person_id, columns.starts_on, columns.ends_on)
    return rows.order_by(columns.source_id, columns.subject, columns.starts_on)


def _list(session: Session, wanted: ColumnElement[bool]) -> list[Alias]:
    return [Alias(*row) for row in session.execute(_aliases().where(wanted))]


def _row(item: Alias) -> dict[str, object]:
    return {
        "source_id": item.source_id,
        "subject": item.subject,
        "person_id": item.person_id,
        "starts_on": item.starts_on,
        "ends_on": item.ends_on,
    }
