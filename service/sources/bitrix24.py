"""Bitrix24: its outgoing webhooks, one message each, to our events."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from service.domain.event import Event, Item, JsonValue, Quarantine, QuarantineReason, canonical_json
from service.domain.source import Source
from service.sources.form import MASK, masked_form, read_form
from service.sources.json_text import read_json
from service.sources.times import parse_time

SECRETS = frozenset({"access_token", "refresh_token", "application_token", "phone_number", "caller_id"})
"""Fields that are hidden before a body is kept: tokens open the customer's CRM, and numbers are of private people."""

TEXT_CHARACTERS = 255
"""Longest text taken over from a message: all of ours are ids, numbers and words."""

KEPT_CHARACTERS = 32_768
"""Most of an unknown message that is kept with its event for a later mapping."""

_DIRECTIONS = {"1": "out", "2": "in", "3": "in", "4": "out"}
"""CALL_TYPE: out, in, in and redirected, call back (we call whoever asked for it)."""

ANSWERED_CODE = "200"
"""CALL_FAILED_CODE of a call that took place."""

_THIN = re.compile(r"ONCRM(?P<noun>DEAL|LEAD)(?P<verb>ADD|UPDATE|DELETE)")
_VERBS = {"ADD": "created", "UPDATE": "updated", "DELETE": "deleted"}
_PRINTABLE = re.compile(r"[\x21-\x7e]{1,255}")
_SECONDS = re.compile(r"\d{1,11}", re.ASCII)
_DURATION = re.compile(r"\d{1,6}", re.ASCII)
_BAD_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Message:
    """A message after reading: the token it shows, the body fit to be kept, and its one item."""

    token: str
    masked: bytes
    item: Item


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the parts of the adapter read from."""

    fields: Mapping[str, JsonValue]
    body: bytes
    source: Source
    sent_at: datetime

    def text(self, *path: str) -> str:
        """The text at a place of the message; empty where there is none."""
        node: JsonValue = dict(self.fields)
        for step in path:
            node = node.get(step) if isinstance(node, dict) else None
        plain = "" if node is None or isinstance(node, dict | list) else str(node)
        return _BAD_TEXT.sub("\ufffd", plain)[:TEXT_CHARACTERS]


def read_message(body: bytes, source: Source, received_at: datetime) -> Message:
    """Read one message, a form or JSON whatever its header says; only JSON that cannot be read is an error."""
    fault = ""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        tree = read_json(body)
        masked = canonical_json(_masked(tree)).encode(errors="replace")
    else:
        form = read_form(body)
        tree, fault = _tree(form.fields), form.fault
        masked = masked_form(body, SECRETS)
    fields = tree if isinstance(tree, dict) else {}
    reading = _Reading(fields, body, source, received_at)
    reading = replace(reading, sent_at=_moment(reading.text("ts")) or received_at)
    event, quarantine = _event(reading)
    if fault:
        quarantine = Quarantine(QuarantineReason.ADAPTER_ERROR, fault)
    return Message(reading.text("auth", "application_token"), masked, Item(0, event.external_id, event, quarantine))


def _event(reading: _Reading) -> tuple[Event, Quarantine | None]:
    name = reading.text("event").upper()
    thin = _THIN.fullmatch(name)
    if thin:
        return _thin(reading, name, thin)
    return _BY_NAME.get(name, _unknown)(reading)


def _call_ended(reading: _Reading) -> tuple[Event, Quarantine | None]:
    started_at = parse_time(reading.text("data", "CALL_START_DATE"))
    duration = reading.text("data", "CALL_DURATION") or "0"
    direction = _DIRECTIONS.get(reading.text("data", "CALL_TYPE"))
    if started_at is None or direction is None or not _DURATION.fullmatch(duration):
        event, weak = _built(reading, "call.ended", reading.text("data", "CALL_ID"), {})
        detail = "CALL_START_DATE, CALL_DURATION or CALL_TYPE is not as Bitrix24 documents it."
        return event, weak or Quarantine(QuarantineReason.SCHEMA_VIOLATION, detail)
    code = reading.text("data", "CALL_FAILED_CODE")
    answered = code == ANSWERED_CODE or (not code and int(duration) > 0)
    fields: dict[str, JsonValue] = {
        "direction": direction,
        "answered": answered,
        "started_at": started_at.isoformat(),
        "talk_s": int(duration) if answered else 0,
        "number_hash": _number_hash(reading),
        "portal_number": reading.text("data", "PORTAL_NUMBER"),
        "failed_code": code,
        "crm_activity_id": reading.text("data", "CRM_ACTIVITY_ID"),
    }
    known = {key: value for key, value in fields.items() if value != ""}
    event, weak = _built(reading, "call.ended", reading.text("data", "CALL_ID"), known)
    ended_at = started_at + timedelta(seconds=int(duration))
    return replace(event, occurred_at=ended_at, subject=reading.text("data", "PORTAL_USER_ID") or None), weak


def _call_started(reading: _Reading) -> tuple[Event, Quarantine | None]:
    identity = f"{reading.text('event').upper()}:{reading.text('data', 'CALL_ID')}"
    event, weak = _built(reading, "call.started", identity if reading.text("data", "CALL_ID") else "", {})
    return replace(event, subject=reading.text("data", "USER_ID") or None), weak


def _thin(reading: _Reading, name: str, match: re.Match[str]) -> tuple[Event, Quarantine | None]:
    """Deals and leads arrive as a bare id: who, what and how much must be fetched before anything can be counted."""
    noun = match["noun"].lower()
    number = reading.text("data", "FIELDS", "ID")
    event, weak = _built(reading, f"{noun}.{_VERBS[match['verb']]}", _send_identity(reading), {f"{noun}_id": number})
    detail = f"{name} says only which {noun} it is about; its fields must be fetched from Bitrix24."
    return event, weak or Quarantine(QuarantineReason.NEEDS_ENRICHMENT, detail)


def _unknown(reading: _Reading) -> tuple[Event, Quarantine | None]:
    name = re.sub(r"[^a-z0-9_]", "_", reading.text("event").lower())[:50] or "unknown"
    kept = _masked(reading.fields.get("data"))
    small = isinstance(kept, dict) and len(canonical_json(kept)) <= KEPT_CHARACTERS
    event, weak = _built(reading, f"bitrix24.{name}", _send_identity(reading), kept if small else {})
    detail = f"The Bitrix24 event {name} has no meaning in our vocabulary."
    return event, weak or Quarantine(QuarantineReason.UNMAPPED_TYPE, detail)


def _built(reading: _Reading, event_type: str, identity: str, fields: JsonValue) -> tuple[Event, Quarantine | None]:
    """The event under its identity; without one, under a hash of the message, which somebody must look at."""
    weak = None
    if not _PRINTABLE.fullmatch(identity):
        identity = "sha256:" + hashlib.sha256(_steady(reading)).hexdigest()
        detail = "The message carries nothing that would be the same if it were sent again."
        weak = Quarantine(QuarantineReason.WEAK_IDENTITY, detail)
    known = fields if isinstance(fields, dict) else {}
    return Event(reading.source.source_id, identity, event_type, reading.sent_at, None, known), weak


def _send_identity(reading: _Reading) -> str:
    number, sent = reading.text("data", "FIELDS", "ID"), reading.text("ts")
    member = reading.text("auth", "member_id") or "-"
    return f"{member}:{reading.text('event').upper()}:{number}:{sent}" if number and sent else ""


def _steady(reading: _Reading) -> bytes:
    """The message without what differs from one sending to the next."""
    rest = {key: value for key, value in reading.fields.items() if key not in {"auth", "ts"}}
    return canonical_json(_masked(rest)).encode(errors="replace")


def _number_hash(reading: _Reading) -> str:
    """A keyed hash of the number: equal numbers can be counted as one, and nobody can compute the number back.

    The key is the hash of the source's token: secret, and the same for every message of the source.
    """
    digits = re.sub(r"\D", "", reading.text("data", "PHONE_NUMBER"))
    key = (reading.source.token_hash or "").encode()
    return hmac.new(key, digits.encode(), hashlib.sha256).hexdigest() if digits else ""


def _moment(seconds: str) -> datetime | None:
    return datetime.fromtimestamp(int(seconds), UTC) if _SECONDS.fullmatch(seconds) else None


def _masked(value: JsonValue) -> JsonValue:
    """The value with its secrets hidden and its texts fit to be kept."""
    match value:
        case str():
            return _BAD_TEXT.sub("\ufffd", value)
        case list():
            return [_masked(item) for item in value]
        case dict():
            return {
                _BAD_TEXT.sub("\ufffd", key): MASK if key.lower() in SECRETS else _masked(item)
                for key, item in value.items()
            }
        case _:
            return value


def _tree(value: object) -> JsonValue:
    return {str(key): _tree(item) for key, item in value.items()} if isinstance(value, dict) else str(value)


_BY_NAME: Mapping[str, Callable[[_Reading], tuple[Event, Quarantine | None]]] = {
    "ONVOXIMPLANTCALLEND": _call_ended,
    "ONVOXIMPLANTCALLSTART": _call_started,
}
