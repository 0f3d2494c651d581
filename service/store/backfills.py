"""Rows of backfills and of their waiting parts."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from service.domain.backfill import Backfill, BackfillState, Part
from service.domain.event import canonical_json
from service.store.backfill_tables import backfill, backfill_part


def add_new_backfill(session: Session, new: Backfill) -> None:
    """Insert a backfill."""
    session.execute(insert(backfill).values(_values(new)))


def replace_backfill(session: Session, changed: Backfill) -> None:
    """Write how far a held backfill is."""
    row = update(backfill).where(backfill.c.backfill_id == changed.backfill_id)
    session.execute(row.values(_values(changed)))


def lock_backfill(session: Session, backfill_id: str) -> Backfill:
    """A backfill, held until the end of the transaction."""
    query = select(backfill).where(backfill.c.backfill_id == backfill_id).with_for_update()
    return _backfill(session.execute(query).one())


def find_backfill(session: Session, source_id: str, backfill_id: str) -> Backfill | None:
    """The backfill of this name, if it is of this source."""
    columns = backfill.c
    query = select(backfill).where(columns.backfill_id == backfill_id, columns.source_id == source_id)
    row = session.execute(query).one_or_none()
    return _backfill(row) if row else None


def find_backfill_of_file(session: Session, source_id: str, fingerprint: str) -> Backfill | None:
    """The latest backfill of a source from this very file."""
    columns = backfill.c
    query = select(backfill).where(columns.source_id == source_id, columns.fingerprint == fingerprint)
    row = session.execute(query.order_by(columns.created_at.desc()).limit(1)).one_or_none()
    return _backfill(row) if row else None


def list_backfills(session: Session, source_id: str, limit: int) -> list[Backfill]:
    """The latest backfills of a source, the newest first."""
    columns = backfill.c
    query = select(backfill).where(columns.source_id == source_id)
    rows = session.execute(query.order_by(columns.created_at.desc(), columns.backfill_id).limit(limit))
    return [_backfill(row) for row in rows]


def add_new_part(session: Session, part: Part) -> None:
    """Keep a part until it is taken."""
    values = {"backfill_id": part.backfill_id, "number": part.number, "first_row": part.first_row, "lines": part.lines}
    session.execute(insert(backfill_part).values(values))


def claim_part(session: Session, *, now: datetime) -> Part | None:
    """Take the next part of a backfill whose file is complete; one that another transaction took is passed by.

    So is one that could not be taken before, until it is its turn again.
    """
    columns = backfill_part.c
    complete = select(backfill.c.backfill_id).where(backfill.c.state == BackfillState.WAITING.value)
    query = (
        select(backfill_part)
        .where(columns.backfill_id.in_(complete), or_(columns.not_before.is_(None), columns.not_before <= now))
        .order_by(columns.backfill_id, columns.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    taken = delete(backfill_part).where(columns.backfill_id == row.backfill_id, columns.number == row.number)
    session.execute(taken)
    return Part(row.backfill_id, row.number, row.first_row, row.lines)


def postpone_part(session: Session, part: Part, failure: str, until: datetime) -> None:
    """Let the others go before a part that could not be taken."""
    columns = backfill_part.c
    one = update(backfill_part).where(columns.backfill_id == part.backfill_id, columns.number == part.number)
    session.execute(one.values(failure=failure, not_before=until))


def find_failure(session: Session, backfill_id: str) -> str:
    """Why the first of the parts waits that could not be taken; empty where none does."""
    columns = backfill_part.c
    query = select(columns.failure).where(columns.backfill_id == backfill_id, columns.failure != "")
    return session.scalar(query.order_by(columns.number).limit(1)) or ""


def delete_parts(session: Session, backfill_id: str) -> None:
    """Forget the parts of a backfill whose file broke off."""
    session.execute(delete(backfill_part).where(backfill_part.c.backfill_id == backfill_id))


def _values(item: Backfill) -> dict[str, object]:
    return {
        "backfill_id": item.backfill_id,
        "source_id": item.source_id,
        "fingerprint": item.fingerprint,
        "created_at": item.created_at,
        "created_by": item.created_by,
        "state": item.state.value,
        "parts": item.parts,
        "parts_done": item.parts_done,
        "rows_read": item.rows_read,
        "counts": canonical_json(item.counts),
        "problems": canonical_json(list(item.problems)),
        "reason": item.reason,
    }


def _backfill(row: Row[Any]) -> Backfill:
    values = row._asdict()
    told = {"counts": json.loads(values["counts"]), "problems": json.loads(values["problems"])}
    return Backfill(**values | told | {"state": BackfillState(values["state"])})
