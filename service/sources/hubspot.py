"""HubSpot: its webhooks of version 3, an array of changes of single properties."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.change import Change, Verb
from service.domain.event import JsonValue
from service.domain.mapping import as_text
from service.domain.source import SourceKind
from service.sources.adapter import Account, Adapter, Message, Reading, masked, unreadable, weak
from service.sources.convert import instant
from service.sources.json_text import read_json
from service.sources.signature_hubspot import V1, V2, V3

HIDDEN = frozenset({"messagetext"})
"""Fields that are not kept: what people wrote to each other."""

OBJECT_KINDS = {
    "0-1": "contact",
    "0-2": "company",
    "0-3": "deal",
    "0-4": "engagement",
    "0-5": "ticket",
    "0-7": "product",
    "0-8": "line_item",
    "0-14": "quote",
    "0-18": "communication",
    "0-27": "task",
    "0-46": "note",
    "0-47": "meeting",
    "0-48": "call",
    "0-49": "email",
    "0-53": "invoice",
    "0-69": "subscription",
    "0-101": "payment",
    "0-136": "lead",
}
"""The kinds that the newer messages name by number alone; those of a company's own are named by the number itself."""

_VERBS = {
    "creation": Verb.CREATED,
    "restore": Verb.UPDATED,
    "propertyChange": Verb.UPDATED,
    "deletion": Verb.DELETED,
    "privacyDeletion": Verb.DELETED,
}
_ASSOCIATION = frozenset({"associationChange", "merge"})


def read(message: Message, account: Account) -> Reading:
    """Every change of the array in a message (a single object is taken as an array of one)."""
    del account
    body = read_json(message.body)
    items = body if isinstance(body, list) else [body]
    readings = [_item(item, message) for item in items]
    changes = tuple(change for reading in readings for change in reading.changes)
    return Reading(changes, tuple(text for reading in readings for text in reading.ignored))


def _item(item: JsonValue, message: Message) -> Reading:
    if not isinstance(item, dict) or not as_text(item.get("subscriptionType")):
        detail = "A message of HubSpot is a list of objects with subscriptionType; this is something else."
        return Reading((unreadable(SourceKind.HUBSPOT, message, detail),))
    kind, verb = _kind(item), as_text(item.get("subscriptionType")).rpartition(".")[2]
    if verb in _ASSOCIATION:
        return Reading(ignored=(f"HubSpot tells which records belong together ({verb}), which counts nothing.",))
    occurred_at = instant(item.get("occurredAt"), "UTC")
    name = as_text(item.get("propertyName"))
    change = Change(
        kind=kind,
        object_id=as_text(item.get("objectId")),
        identity=_identity(item),
        verb=_VERBS.get(verb, Verb.UPDATED),
        occurred_at=occurred_at or message.received_at,
        fields={name: item.get("propertyValue")} if name else {},
        # A creation and the first change of a property share their instant.
        order=0 if verb == "creation" else 1,
        timed=occurred_at is not None,
    )
    if not change.identity:
        return Reading((weak(change, {key: value for key, value in item.items() if key not in _VOLATILE}),))
    return Reading((change,))


def _kind(item: Mapping[str, JsonValue]) -> str:
    """The kind of object: the first word of the subscription, or of the newer ones what objectTypeId says."""
    word = as_text(item.get("subscriptionType")).partition(".")[0]
    number = as_text(item.get("objectTypeId"))
    return OBJECT_KINDS.get(number, number) if word == "object" and number else word


def _identity(item: Mapping[str, JsonValue]) -> str:
    """The recipe without attemptNumber, which differs at every retry; empty where a part of it is missing."""
    needed = [as_text(item.get(name)) for name in ("portalId", "subscriptionType", "objectId", "occurredAt", "eventId")]
    if not all(needed):
        return ""
    portal, subscription, object_id, occurred_at, event_id = needed
    type_id, name = as_text(item.get("objectTypeId")) or "-", as_text(item.get("propertyName")) or "-"
    return f"{portal}:{subscription}:{type_id}:{object_id}:{name}:{occurred_at}:{event_id}"


_VOLATILE = frozenset({"attemptNumber", "subscriptionId"})


def mask(body: bytes) -> bytes:
    """The body without what people wrote."""
    return masked(body, HIDDEN)


ADAPTER = Adapter(SourceKind.HUBSPOT, (V3, V2, V1), read, mask)
