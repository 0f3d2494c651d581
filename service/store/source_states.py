"""The state of a source: all that decides whether and how its messages are taken, to be compared with later."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from service.domain.source import SourceState
from service.store.dialect import ask
from service.store.intake_tables import source_key
from service.store.object_tables import source_mapping
from service.store.sources import source_of
from service.store.tables import source


def find_source_state(session: Session, source_id: str) -> SourceState | None:
    """The state of the source of this name, in one statement."""
    rows = ask(session, _state, {"asked": source_id})
    if not rows:
        return None
    first = rows[0]._asdict()
    kept = source_of({column.name: first[column.name] for column in source.c})
    return SourceState(kept, frozenset(row.active_key for row in rows if row.active_key), first["mapped_at"])


@cache
def _state(database: str) -> Select[Any]:
    del database
    keys, mapping = source_key.c, source_mapping.c
    latest = select(func.max(mapping.mapped_at)).where(mapping.source_id == source.c.source_id).scalar_subquery()
    active = (keys.source_id == source.c.source_id) & keys.activated_at.is_not(None) & keys.retired_at.is_(None)
    columns = (*source.c, latest.label("mapped_at"), keys.key_id.label("active_key"))
    return (
        select(*columns)
        .join_from(source, source_key, active, isouter=True)
        .where(source.c.source_id == bindparam("asked"))
    )
