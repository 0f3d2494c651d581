"""Pipedrive: its webhooks of version 1 and 2, one change each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from service.domain.change import Change, Verb
from service.domain.event import JsonValue
from service.domain.mapping import as_text
from service.domain.source import SourceKind
from service.sources.adapter import Account, Adapter, Message, Reading, masked, unreadable, weak
from service.sources.convert import instant
from service.sources.json_text import read_json
from service.sources.signature import BASIC, PATH_SECRET

HIDDEN = frozenset({"phone", "im", "email", "cc_email"})
"""Fields of private people, which are not kept."""

_VERBS = {
    "create": Verb.CREATED,
    "added": Verb.CREATED,
    "change": Verb.UPDATED,
    "updated": Verb.UPDATED,
    "merged": Verb.UPDATED,
    "delete": Verb.DELETED,
    "deleted": Verb.DELETED,
}
"""What happened in both versions; a deal that took another one in was changed by it."""


def read(message: Message, account: Account) -> Reading:
    """The one change of a message; version 2 has an id of its own, version 1 is known by object, instant and action."""
    del account
    body = read_json(message.body)
    meta = body.get("meta") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(meta, dict):
        detail = "A message of Pipedrive is an object with meta; this is something else."
        return Reading((unreadable(SourceKind.PIPEDRIVE, message, detail),))
    verb = _VERBS.get(as_text(meta.get("action")))
    if verb is None:
        return Reading(ignored=(f'Pipedrive says "{as_text(meta.get("action"))[:40]}", which changes no record.',))
    is_first = as_text(meta.get("version")).startswith("1") or "object" in meta
    change = (_first if is_first else _second)(body, meta, verb, message.received_at)
    if not change.identity:
        return Reading((weak(change, {"event": body.get("event"), "data": body.get("data") or body.get("current")}),))
    return Reading((change,))


def _second(body: Mapping[str, JsonValue], meta: Mapping[str, JsonValue], verb: Verb, came_at: datetime) -> Change:
    """Version 2: ids of meta are texts, `data` is null after a deletion, `previous` holds what changed alone."""
    occurred_at = instant(meta.get("timestamp"), "UTC")
    return Change(
        kind=as_text(meta.get("entity")) or "unknown",
        object_id=as_text(meta.get("entity_id")),
        identity=as_text(meta.get("id")),
        verb=verb,
        occurred_at=occurred_at or came_at,
        fields=_tree(body.get("data")),
        before=_tree(body.get("previous")),
        timed=occurred_at is not None,
    )


def _first(body: Mapping[str, JsonValue], meta: Mapping[str, JsonValue], verb: Verb, came_at: datetime) -> Change:
    """Version 1: `meta.id` is the id of the object, and `previous` is the whole object as it was."""
    micro, seconds = as_text(meta.get("timestamp_micro")), as_text(meta.get("timestamp"))
    # Microseconds have more digits than a time in milliseconds; the last three are cut.
    occurred_at = instant(micro[:-3], "UTC") or instant(seconds, "UTC")
    parts = [as_text(meta.get(name)) for name in ("company_id", "object", "id")]
    stamp, action = micro or seconds, as_text(meta.get("action"))
    return Change(
        kind=parts[1] or "unknown",
        object_id=parts[2],
        identity=":".join([*parts, stamp, action]) if all((*parts[1:], stamp)) else "",
        verb=verb,
        occurred_at=occurred_at or came_at,
        fields=_tree(body.get("current")),
        before=_tree(body.get("previous")),
        timed=occurred_at is not None,
    )


def _tree(value: JsonValue) -> dict[str, JsonValue]:
    return {name: item for name, item in value.items() if name not in HIDDEN} if isinstance(value, dict) else {}


def mask(body: bytes) -> bytes:
    """The body without what belongs to private people."""
    return masked(body, HIDDEN)


ADAPTER = Adapter(SourceKind.PIPEDRIVE, (BASIC, PATH_SECRET), read, mask)
