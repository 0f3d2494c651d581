"""Rows of vendors' objects: their changes as told, and the events that were made of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select, tuple_
from sqlalchemy.orm import Session

from service.domain.change import Change, Verb
from service.domain.event import Quarantine, QuarantineReason, canonical_json
from service.domain.vendor_object import ObjectKey, StandingEvent
from service.store.dialect import hold_alone, insert_new, listed, upsert_replace
from service.store.object_tables import object_change, object_event


def lock_objects(session: Session, source_id: str, keys: Collection[ObjectKey]) -> None:
    """Until the end of the transaction nobody else adds to these objects; all lock in the order of the keys."""
    for kind, object_id in sorted(keys):
        hold_alone(session, f"object {source_id} {kind} {object_id}")


def add_new_changes(session: Session, source_id: str, changes: Iterable[Change], delivery_id: str) -> set[str]:
    """Keep changes, each once; the identities of those that were not there before."""
    first: dict[str, Change] = {}
    for change in changes:
        first.setdefault(change.identity, change)
    rows = [
        {
            "source_id": source_id,
            "kind": change.kind,
            "object_id": change.object_id,
            "identity": change.identity,
            "occurred_at": change.occurred_at,
            "delivery_id": delivery_id,
            "document": _document(change),
        }
        for _, change in sorted(first.items())
    ]
    new = insert_new(session, object_change, rows, ("source_id", "identity"), ("identity",))
    return {row.identity for row in new}


def find_kept_changes(session: Session, source_id: str, identities: Collection[str]) -> set[str]:
    """Those of the identities whose changes are kept with their objects."""
    columns = object_change.c
    asked = listed(session, [columns.identity], [(identity,) for identity in sorted(identities)])
    query = select(columns.identity).join_from(asked, object_change, columns.identity == asked.c.identity)
    return set(session.scalars(query.where(columns.source_id == source_id)))


def list_changes(session: Session, source_id: str, keys: Collection[ObjectKey]) -> dict[ObjectKey, list[Change]]:
    """Everything that was told of these objects, by object, in the order it came."""
    columns = object_change.c
    asked = listed(session, [columns.kind, columns.object_id], sorted(keys))
    query = (
        select(object_change)
        .join_from(asked, object_change, (columns.kind == asked.c.kind) & (columns.object_id == asked.c.object_id))
        .where(columns.source_id == source_id)
        .order_by(columns.change_id)
    )
    found: dict[ObjectKey, list[Change]] = {key: [] for key in sorted(keys)}
    for row in session.execute(query):
        found[row.kind, row.object_id].append(_change(row))
    return found


def list_objects_after(session: Session, source_id: str, after: ObjectKey, limit: int) -> list[ObjectKey]:
    """The next objects of a source, in the order of their keys."""
    columns = object_change.c
    query = (
        select(columns.kind, columns.object_id)
        .where(columns.source_id == source_id, tuple_(columns.kind, columns.object_id) > after)
        .distinct()
        .order_by(columns.kind, columns.object_id)
        .limit(limit)
    )
    return [(row.kind, row.object_id) for row in session.execute(query)]


def list_standing(
    session: Session, source_id: str, keys: Collection[ObjectKey]
) -> dict[ObjectKey, dict[str, StandingEvent]]:
    """The events that these objects came to, by object and by their ids."""
    columns = object_event.c
    asked = listed(session, [columns.kind, columns.object_id], sorted(keys))
    query = select(object_event).join_from(
        asked, object_event, (columns.kind == asked.c.kind) & (columns.object_id == asked.c.object_id)
    )
    found: dict[ObjectKey, dict[str, StandingEvent]] = {key: {} for key in keys}
    for row in session.execute(query.where(columns.source_id == source_id)):
        kept = StandingEvent(row.external_id, row.standing_id, row.revision, row.content_hash)
        found[row.kind, row.object_id][row.external_id] = kept
    return found


def replace_standing(session: Session, source_id: str, standing: Mapping[ObjectKey, Sequence[StandingEvent]]) -> None:
    """Keep how the events of objects stand now."""
    rows = [
        {
            "source_id": source_id,
            "external_id": one.external_id,
            "kind": kind,
            "object_id": object_id,
            "standing_id": one.standing_id,
            "revision": one.revision,
            "content_hash": one.content_hash,
        }
        for (kind, object_id), own in standing.items()
        for one in own
    ]
    rows.sort(key=lambda row: str(row["external_id"]))
    upsert_replace(session, object_event, rows, ("source_id", "external_id"))


def _document(change: Change) -> str:
    refusal = change.refusal
    return canonical_json(
        {
            "verb": change.verb.value,
            "fields": change.fields,
            "before": change.before,
            "order": change.order,
            "thin": change.thin,
            "timed": change.timed,
            "voids": change.voids,
            "refusal": [refusal.reason.value, refusal.detail] if refusal else None,
        }
    )


def _change(row: Row[Any]) -> Change:
    body = json.loads(row.document)
    refusal = body["refusal"]
    return Change(
        kind=row.kind,
        object_id=row.object_id,
        identity=row.identity,
        verb=Verb(body["verb"]),
        occurred_at=row.occurred_at,
        fields=body["fields"],
        before=body["before"],
        order=body["order"],
        thin=body["thin"],
        refusal=Quarantine(QuarantineReason(refusal[0]), refusal[1]) if refusal else None,
        timed=body["timed"],
        voids=body["voids"],
    )
