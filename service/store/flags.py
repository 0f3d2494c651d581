"""Rows of flags, and when a month was last looked at for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, select, update
from sqlalchemy.orm import Session

from service.domain.event import canonical_json
from service.domain.flag import Flag, FlagQuery
from service.domain.period import Period
from service.domain.waiting import Decision
from service.store.dialect import upsert_replace
from service.store.trust_tables import flag, flag_look


def replace_flags(session: Session, period: Period, found: Sequence[Flag], now: datetime) -> None:
    """Make these the open flags of a month; what somebody resolved stays as it was."""
    columns = flag.c
    known = {
        row.flag_id: row
        for row in session.execute(
            select(columns.flag_id, columns.resolved_at, columns.found_at).where(columns.period == str(period))
        )
    }
    names = {item.flag_id for item in found}
    gone = [name for name, row in known.items() if name not in names and row.resolved_at is None]
    session.execute(delete(flag).where(columns.flag_id.in_(gone), columns.resolved_at.is_(None)))
    rows = [
        {
            "flag_id": item.flag_id,
            "person_id": item.person_id,
            "period": str(item.period),
            "kind": item.kind.value,
            "detail": item.detail,
            "evidence": canonical_json(list(item.evidence)),
            "found_at": known[item.flag_id].found_at if item.flag_id in known else now,
        }
        for item in found
        if item.flag_id not in known or known[item.flag_id].resolved_at is None
    ]
    upsert_replace(session, flag, rows, ("flag_id",))
    upsert_replace(session, flag_look, [{"period": str(period), "looked_at": now}], ("period",))


def find_look(session: Session, period: Period) -> datetime | None:
    """When a month was last looked at."""
    return session.scalar(select(flag_look.c.looked_at).where(flag_look.c.period == str(period)))


def resolve_flag(session: Session, flag_id: str, decision: Decision) -> bool:
    """Note what a flag was; False where somebody did before, or there is none."""
    values = {"resolved_at": decision.at, "resolved_by": decision.who, "note": decision.why}
    still_open = (flag.c.flag_id == flag_id) & flag.c.resolved_at.is_(None)
    return bool(session.execute(update(flag).where(still_open).values(values).returning(flag.c.flag_id)).all())


def has_flag(session: Session, flag_id: str) -> bool:
    """Whether there is such a flag, resolved or not."""
    return session.scalar(select(flag.c.flag_id).where(flag.c.flag_id == flag_id)) is not None


def list_flags(session: Session, wanted: FlagQuery, limit: int) -> list[dict[str, object]]:
    """The wanted flags, the latest month first."""
    columns = flag.c
    query: Select[Any] = select(flag)
    if wanted.person_id:
        query = query.where(columns.person_id == wanted.person_id)
    if wanted.period is not None:
        query = query.where(columns.period == str(wanted.period))
    if wanted.kind is not None:
        query = query.where(columns.kind == wanted.kind.value)
    if wanted.resolved is not None:
        query = query.where(columns.resolved_at.is_not(None) if wanted.resolved else columns.resolved_at.is_(None))
    ordered = query.order_by(columns.period.desc(), columns.person_id, columns.kind, columns.flag_id)
    return [_document(row) for row in session.execute(ordered.limit(limit))]


def _document(row: Row[Any]) -> dict[str, object]:
    resolved = None
    if row.resolved_at is not None:
        resolved = {"at": row.resolved_at.isoformat(), "by": row.resolved_by, "note": row.note}
    return {
        "flag_id": row.flag_id,
        "person": row.person_id,
        "month": row.period,
        "kind": row.kind,
        "detail": row.detail,
        "evidence": json.loads(row.evidence),
        "found_at": row.found_at.isoformat(),
        "resolved": resolved,
    }
