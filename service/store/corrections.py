"""Corrections: who takes which event back or stands in its place, found from either side."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, select, union_all
from sqlalchemy.orm import Session

from service.domain.correction import Correction
from service.domain.counting import PersonDay
from service.domain.event import Operation
from service.store.derived_tables import event_correction, event_credit
from service.store.dialect import ask, insert_new, listed
from service.store.tables import event_identity


def add_new_corrections(session: Session, corrections: Sequence[Correction]) -> None:
    """Note corrections, each once."""
    rows = [
        {
            "source_id": item.source_id,
            "target": item.target,
            "external_id": item.external_id,
            "op": item.op.value,
            "occurred_at": item.occurred_at,
        }
        for item in sorted(corrections, key=lambda item: (item.target, item.external_id))
    ]
    insert_new(session, event_correction, rows, ("source_id", "target", "external_id"), ("target",))


def delete_corrections(session: Session, source_id: str, external_ids: Collection[str]) -> None:
    """Forget what these events correct."""
    columns = event_correction.c
    names = listed(session, [columns.external_id], [(name,) for name in sorted(external_ids)])
    session.execute(
        delete(event_correction).where(
            columns.source_id == source_id, columns.external_id.in_(select(names.c.external_id))
        )
    )


def list_corrections_around(session: Session, source_id: str, external_ids: Collection[str]) -> list[Correction]:
    """Every correction that has to do with these events of a source: of them, by them, and so on up and down."""
    if not _corrects(session, source_id):
        return []
    found: dict[tuple[str, str], Correction] = {}
    seen: set[str] = set()
    asked = set(external_ids)
    while asked:
        seen |= asked
        for item in _touching(session, source_id, asked):
            found[item.target, item.external_id] = item
        asked = {name for key in found for name in key} - seen
    return list(found.values())


def list_days_concerned(session: Session, source_id: str, external_ids: Collection[str]) -> list[PersonDay]:
    """The days of people that these events of a source concern."""
    identity, credit = event_identity.c, event_credit.c
    names = listed(session, [identity.external_id], [(name,) for name in sorted(external_ids)])
    rows = session.execute(
        select(credit.person_id, credit.day)
        .join_from(names, event_identity, identity.external_id == names.c.external_id)
        .join(event_credit, credit.event_id == identity.event_id)
        .where(identity.source_id == source_id)
        .distinct()
    )
    return [(row.person_id, row.day) for row in rows]


def _corrects(session: Session, source_id: str) -> bool:
    """Whether the source ever corrected anything: most never do, and then no event need be looked for."""
    ((corrects,),) = ask(session, _any_of_source, {"asked": source_id})
    return bool(corrects)


@cache
def _any_of_source(database: str) -> Select[Any]:
    del database
    known = select(event_correction.c.target).where(event_correction.c.source_id == bindparam("asked"))
    return select(known.exists())


def _touching(session: Session, source_id: str, names: Collection[str]) -> list[Correction]:
    columns = event_correction.c
    asked = listed(session, [columns.target], [(name,) for name in sorted(names)])
    # Two joins instead of one condition with "or": each finds its rows through its own index.
    either = [
        select(columns.target, columns.external_id, columns.op, columns.occurred_at)
        .join_from(asked, event_correction, side == asked.c.target)
        .where(columns.source_id == source_id)
        for side in (columns.target, columns.external_id)
    ]
    rows = session.execute(union_all(*either))
    return [Correction(source_id, row.target, row.external_id, Operation(row.op), row.occurred_at) for row in rows]
