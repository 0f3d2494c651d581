"""The vendor's side of what we keep: the address of a record, and an object as it was told to us."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from service.domain.errors import NotFoundError
from service.domain.event import JsonValue, canonical_json
from service.domain.mapping import plain_record_link, record_link
from service.plans.source_mapping import mapping_of
from service.sources.derive import in_order, merged
from service.store.mappings import find_mapping
from service.store.objects import list_changes, list_standing
from service.store.sources import find_source


class UnknownObjectError(NotFoundError):
    """A vendor's object that no message told of."""

    code = "unknown_object"

    def __init__(self, source_id: str, kind: str, object_id: str) -> None:
        super().__init__(f"Source {source_id[:64]} never told of {kind[:64]} {object_id[:64]}.")


def record_url(session: Session, source_id: str, event_type: str, data: Mapping[str, JsonValue]) -> str | None:
    """Where the record behind an event is to be seen in its sender's system; None where nobody said."""
    return record_urls(session, source_id, [(event_type, data)])[0]


def record_urls(
    session: Session, source_id: str, told: Sequence[tuple[str, Mapping[str, JsonValue]]]
) -> list[str | None]:
    """The same for many events of one source, each given by its type and data."""
    source, kept = find_source(session, source_id), find_mapping(session, source_id)
    if source is None:
        return [None for _ in told]
    if source.record_url:
        return [plain_record_link(source.record_url, data) for _, data in told]
    if kept is None:
        return [None for _ in told]
    mapping = mapping_of(kept.own, kept.shipped) if kept.own else mapping_of(kept.shipped)
    return [record_link(mapping, source.account, event_type, data) for event_type, data in told]


def object_document(session: Session, source_id: str, kind: str, object_id: str) -> dict[str, object]:
    """An object as its changes make it, the changes in the order they happened, and the events that it came to."""
    key = (kind, object_id)
    changes = in_order(list_changes(session, source_id, [key])[key])
    if not changes:
        raise UnknownObjectError(source_id, kind, object_id)
    return {
        "source": source_id,
        "kind": kind,
        "id": object_id,
        "fields": json.loads(canonical_json(merged(changes))),
        "changes": [
            {
                "id": change.identity,
                "at": change.occurred_at.isoformat(),
                "verb": change.verb.value,
                "fields": json.loads(canonical_json(dict(change.fields))),
                "to_be_fetched": change.thin,
            }
            for change in changes
        ],
        "events": [
            {"id": one.external_id, "stands_as": one.standing_id, "revision": one.revision}
            for one in sorted(list_standing(session, source_id, [key])[key].values(), key=lambda one: one.external_id)
        ],
    }
