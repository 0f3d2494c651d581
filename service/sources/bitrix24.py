"""Bitrix24: its outgoing webhooks, forms or JSON with one event each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service.domain.change import Change, Verb
from service.domain.event import JsonValue
from service.domain.mapping import as_text, value_at
from service.domain.source import SourceKind
from service.sources.adapter import Account, Adapter, Message, Reading, hidden, is_json, masked, unreadable, weak
from service.sources.call import number_hash
from service.sources.convert import instant
from service.sources.form import read_form
from service.sources.json_text import read_json
from service.sources.signature import PATH_SECRET, body_token

HIDDEN = frozenset({"access_token", "refresh_token", "application_token", "phone_number", "caller_id"})
"""Fields that are hidden before a body is kept: tokens open the customer's CRM, and numbers are of private people."""

ANSWERED_CODE = "200"
"""CALL_FAILED_CODE of a call that took place."""

_DIRECTIONS = {"1": "out", "2": "in", "3": "in", "4": "out"}
"""CALL_TYPE: out, in, in and redirected, call back (we call whoever asked for it)."""

_RECORD = re.compile(r"ON(?:CRM)?(?P<noun>[A-Z]{1,40}?)(?P<verb>ADD|UPDATE|DELETE)")
_VERBS = {"ADD": Verb.CREATED, "UPDATE": Verb.UPDATED, "DELETE": Verb.DELETED}
_NOUNS = {"DYNAMICITEM": "dynamic_item", "CALENDARENTRY": "calendar_entry"}
_DURATION = re.compile(r"\d{1,6}", re.ASCII)

BARE = frozenset({"ID", "ENTITY_TYPE_ID"})
"""Fields that name a record and tell nothing of it."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A message with its fields as a tree, and its instant where it tells one."""

    fields: Mapping[str, JsonValue]
    message: Message
    account: Account
    sent_at: datetime | None

    def text(self, path: str) -> str:
        """The text at a place; empty where there is none."""
        return as_text(value_at(self.fields, path))

    @property
    def name(self) -> str:
        """The event in capitals: the documentation itself writes it in two ways."""
        return self.text("event").upper()

    def change(self, kind: str, object_id: str, identity: str, verb: Verb, fields: Mapping[str, JsonValue]) -> Change:
        """A change at the instant of the message; without an identity, one that waits under a hash of the message."""
        sent_at = self.sent_at or self.message.received_at
        made = Change(kind, object_id, identity, verb, sent_at, fields, timed=self.sent_at is not None)
        return made if identity else weak(made, self.steady())

    def steady(self) -> JsonValue:
        """The message without what differs from one sending to the next."""
        return hidden({key: value for key, value in self.fields.items() if key not in {"auth", "ts"}}, HIDDEN)

    def send_identity(self, number: str) -> str:
        """The recipe: member, event, record and the instant of sending."""
        member, sent = self.text("auth.member_id") or "-", self.text("ts")
        return f"{member}:{self.name}:{number}:{sent}" if number and sent else ""


def read(message: Message, account: Account) -> Reading:
    """The one change of a message, whatever its header calls the body."""
    if is_json(message.body):
        tree = read_json(message.body)
    else:
        form = read_form(message.body)
        if form.fault:
            return Reading((unreadable(SourceKind.BITRIX24, message, form.fault),))
        tree = _tree(form.fields)
    fields = tree if isinstance(tree, dict) else {}
    if not as_text(fields.get("event")):
        detail = "A message of Bitrix24 names its event; this one does not."
        return Reading((unreadable(SourceKind.BITRIX24, message, detail),))
    told = _Told(fields, message, account, instant(fields.get("ts"), "UTC"))
    return Reading((_BY_NAME.get(told.name, _record)(told),))


def _record(told: _Told) -> Change:
    """A record: usually its bare id, so that who, what and how much must be fetched before anything can count."""
    match = _RECORD.fullmatch(told.name)
    fields = next(
        (node for place in ("FIELDS", "FIELDS_AFTER", "FIELDS_BEFORE") if (node := _node(told, place)).get("ID")), {}
    )
    number = as_text(fields.get("ID"))
    if match is None:
        kind = re.sub(r"[^a-z0-9_]", "_", told.name.lower())[:40]
        return told.change(kind, number, told.send_identity(number), Verb.UPDATED, _node(told, ""))
    noun, verb = match["noun"], _VERBS[match["verb"]]
    kind = _NOUNS.get(noun, noun.lower())
    if kind == "dynamic_item":
        kind = f"{kind}_{as_text(fields.get('ENTITY_TYPE_ID')) or 'unknown'}"
    change = told.change(kind, number, told.send_identity(number), verb, fields)
    return replace(change, thin=verb is not Verb.DELETED and fields.keys() <= BARE)


def _call_ended(told: _Told) -> Change:
    """A call, in the fields that all exchanges have alike; what is not as documented stays as it is and waits."""
    code, call_id = told.text("data.CALL_FAILED_CODE"), told.text("data.CALL_ID")
    duration, started = told.text("data.CALL_DURATION") or "0", told.text("data.CALL_START_DATE")
    answered = code == ANSWERED_CODE or (not code and duration not in {"", "0"})
    kind = told.text("data.CALL_TYPE")
    started_at = instant(started, told.account.timezone)
    fields: dict[str, JsonValue] = {
        "user_id": told.text("data.PORTAL_USER_ID"),
        "direction": _DIRECTIONS.get(kind, f"CALL_TYPE {kind}"),
        "answered": answered,
        "started_at": started if started_at is None else started_at.isoformat(),
        "talk_s": duration if answered or not _DURATION.fullmatch(duration) else 0,
        "number_hash": number_hash(told.text("data.PHONE_NUMBER"), told.account.number_key),
        "portal_number": told.text("data.PORTAL_NUMBER"),
        "failed_code": code,
        "crm_activity_id": told.text("data.CRM_ACTIVITY_ID"),
    }
    known = {key: value for key, value in fields.items() if value != ""}
    change = told.change("call", call_id, call_id, Verb.CREATED, known)
    if started_at is None or not _DURATION.fullmatch(duration):
        return replace(change, alone=True)
    return replace(change, occurred_at=started_at + timedelta(seconds=int(duration)), timed=True, alone=True)


def _call_started(told: _Told) -> Change:
    call_id = told.text("data.CALL_ID")
    user_id = told.text("data.USER_ID")
    fields: dict[str, JsonValue] = {"user_id": user_id} if user_id else {}
    change = told.change("call_start", call_id, f"{told.name}:{call_id}" if call_id else "", Verb.CREATED, fields)
    return replace(change, alone=True)


def _node(told: _Told, place: str) -> dict[str, JsonValue]:
    found = value_at(told.fields, f"data.{place}" if place else "data")
    shown = hidden(found, HIDDEN)
    return shown if isinstance(shown, dict) else {}


def _tree(value: object) -> JsonValue:
    return {str(key): _tree(item) for key, item in value.items()} if isinstance(value, dict) else str(value)


def mask(body: bytes) -> bytes:
    """The body without tokens and telephone numbers."""
    return masked(body, HIDDEN)


_BY_NAME: Mapping[str, Callable[[_Told], Change]] = {
    "ONVOXIMPLANTCALLEND": _call_ended,
    "ONVOXIMPLANTCALLSTART": _call_started,
    "ONVOXIMPLANTCALLINIT": _call_started,
}

TOKEN = body_token("auth", "application_token", secret_is="application token of the outgoing webhook")  # noqa: S106 - says what the secret is

ADAPTER = Adapter(SourceKind.BITRIX24, (TOKEN, PATH_SECRET), read, mask)
