"""Who confirmed which version of a plan: rows are only ever added."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from service.domain.confirmation import Confirmation
from service.domain.figures import Language
from service.store.dialect import insert_new
from service.store.plan_tables import plan_confirmation


def add_new_confirmation(session: Session, item: Confirmation) -> None:
    """Keep a confirmation; the first of a person and version holds."""
    row = {
        "person_id": item.person_id,
        "hash": item.plan_hash,
        "language": item.language.value,
        "confirmed_at": item.confirmed_at,
        "recorded_by": item.recorded_by,
    }
    insert_new(session, plan_confirmation, [row], ("person_id", "hash"), ("person_id",))


def get_confirmation(session: Session, person_id: str, plan_hash: str) -> Confirmation:
    """The confirmation of a version by a person, which must be there."""
    own = plan_confirmation.c.person_id == person_id, plan_confirmation.c.hash == plan_hash
    return _confirmation(session.execute(select(plan_confirmation).where(*own)).one())


def list_confirmations(session: Session, plan_hashes: Collection[str]) -> dict[tuple[str, str], Confirmation]:
    """The confirmations of these versions, by person and hash."""
    query = select(plan_confirmation).where(plan_confirmation.c.hash.in_(sorted(plan_hashes)))
    return {(row.person_id, row.hash): _confirmation(row) for row in session.execute(query)}


def _confirmation(row: Row[Any]) -> Confirmation:
    return Confirmation(row.person_id, row.hash, Language(row.language), row.confirmed_at, row.recorded_by)
