"""Rows of fetches: how fields are fetched for a source, and the objects whose fields are wanted."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from service.domain.event import JsonValue, Quarantine, canonical_json
from service.domain.fetch import LEASE, FetchTerms, Wanted
from service.domain.vendor_object import ObjectKey
from service.store.dialect import hold_alone, upsert_replace
from service.store.object_tables import object_change, object_fetch, source_fetch

CLAIMED_AT_MOST = 200
"""Fetches of a source whose turn is set at once; the rest have theirs when these are done."""


def replace_fetch_terms(session: Session, terms: FetchTerms) -> None:
    """Keep how fields are fetched for a source from now on."""
    upsert_replace(session, source_fetch, [asdict(terms)], ("source_id",))


def find_fetch_terms(session: Session, source_id: str) -> FetchTerms | None:
    """How fields are fetched for a source, if they are."""
    row = session.execute(select(source_fetch).where(source_fetch.c.source_id == source_id)).one_or_none()
    return FetchTerms(**row._asdict()) if row else None


def add_wanted(session: Session, source_id: str, keys: Collection[ObjectKey], now: datetime) -> None:
    """Want the fields of these objects; of one that is wanted already they are wanted anew."""
    rows = [
        {
            "source_id": source_id,
            "kind": kind,
            "object_id": object_id,
            "asked_at": now,
            "due_at": now,
            "tries": 0,
            "failure": "",
        }
        for kind, object_id in sorted(keys)
    ]
    upsert_replace(session, object_fetch, rows, ("source_id", "kind", "object_id"))


def claim_wanted(session: Session, now: datetime) -> Wanted | None:
    """Take the next object that is due, and set the turns of the others of its source as its rate says."""
    hold_alone(session, "fetching")
    columns = object_fetch.c
    due = select(object_fetch).join(source_fetch, source_fetch.c.source_id == columns.source_id)
    first = session.execute(due.where(columns.due_at <= now).order_by(columns.due_at).limit(1)).one_or_none()
    if first is None:
        return None
    terms = find_fetch_terms(session, first.source_id)
    assert terms is not None, "only sources with terms are joined"
    others = session.execute(
        select(columns.kind, columns.object_id)
        .where(columns.source_id == first.source_id, columns.due_at <= now)
        .order_by(columns.due_at, columns.kind, columns.object_id)
        .limit(CLAIMED_AT_MOST)
    ).all()
    turns = [(row.kind, row.object_id) for row in others if (row.kind, row.object_id) != (first.kind, first.object_id)]
    for place, key in enumerate(turns, 1):
        _write(session, first.source_id, key, due_at=now + timedelta(minutes=1) * place / terms.per_minute)
    key = (first.kind, first.object_id)
    _write(session, first.source_id, key, due_at=now + LEASE, tries=first.tries + 1)
    seen = session.execute(
        select(func.max(object_change.c.change_id)).where(
            object_change.c.source_id == first.source_id,
            object_change.c.kind == first.kind,
            object_change.c.object_id == first.object_id,
        )
    ).scalar_one()
    return Wanted(first.source_id, key, first.asked_at, first.tries + 1, seen or 0)


def find_next_due(session: Session) -> datetime | None:
    """When the next object has its turn."""
    columns = object_fetch.c
    due = select(func.min(columns.due_at)).join_from(
        object_fetch, source_fetch, source_fetch.c.source_id == columns.source_id
    )
    found: datetime | None = session.execute(due).scalar_one()
    return found


def mark_fetch_failed(session: Session, wanted: Wanted, failure: str, due_at: datetime) -> None:
    """Note why a fetch failed, and when it is tried again."""
    _write(session, wanted.source_id, wanted.key, due_at=due_at, failure=failure)


def end_fetch(session: Session, wanted: Wanted, now: datetime) -> None:
    """Want the object no longer; if it was wanted anew meanwhile, it is due at once."""
    columns = object_fetch.c
    kind, object_id = wanted.key
    this = (columns.source_id == wanted.source_id, columns.kind == kind, columns.object_id == object_id)
    session.execute(delete(object_fetch).where(*this, columns.asked_at == wanted.asked_at))
    session.execute(update(object_fetch).where(*this).values(due_at=now, tries=0))


def fill_thin(
    session: Session, wanted: Wanted, fields: Mapping[str, JsonValue] | None, refusal: Quarantine | None
) -> None:
    """Give the changes that told an id alone the fields that were fetched, or the reason why there are none."""
    columns = object_change.c
    kind, object_id = wanted.key
    rows = session.execute(
        select(columns.change_id, columns.document).where(
            columns.source_id == wanted.source_id,
            columns.kind == kind,
            columns.object_id == object_id,
            columns.change_id <= wanted.seen,
        )
    ).all()
    for row in rows:
        body = json.loads(row.document)
        if not body["thin"]:
            continue
        if fields is not None:
            body |= {"fields": {**body["fields"], **fields}, "thin": False, "refusal": None}
        elif refusal is not None:
            body["refusal"] = [refusal.reason.value, refusal.detail]
        changed = update(object_change).where(columns.change_id == row.change_id)
        session.execute(changed.values(document=canonical_json(body)))


def _write(session: Session, source_id: str, key: ObjectKey, **values: object) -> None:
    columns = object_fetch.c
    this = (columns.source_id == source_id, columns.kind == key[0], columns.object_id == key[1])
    session.execute(update(object_fetch).where(*this).values(**values))
