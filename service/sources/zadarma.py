"""Zadarma, which is Novofon elsewhere: notifications of its exchange, one call each, and its signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from service.domain.change import Change, Verb
from service.domain.event import JsonValue, Quarantine, QuarantineReason
from service.domain.source import SourceKind
from service.sources.adapter import Account, Adapter, Answer, Message, Reading, Scheme, masked, unreadable, weak
from service.sources.call import DURATION, Call, ended, number_hash, unclear
from service.sources.form import Form, FormValue, read_form
from service.sources.local_time import parse_time_in
from service.sources.multipart import is_multipart, masked_multipart, read_multipart, seems_multipart
from service.sources.signature import same
from service.sources.tree import as_json, text_at

SECRETS = frozenset({
    "caller_id", "called_did", "destination", "caller_did", "text", "result", "call_id_with_rec", "calleridname",
})  # fmt: skip
"""Fields that are hidden before a body is kept: people's numbers and words, and what opens a recording."""

SIGNED: Mapping[str, tuple[str, ...]] = {
    "NOTIFY_START": ("caller_id", "called_did", "call_start"),
    "NOTIFY_INTERNAL": ("caller_id", "called_did", "call_start"),
    "NOTIFY_END": ("caller_id", "called_did", "call_start"),
    "NOTIFY_IVR": ("caller_id", "called_did", "call_start"),
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"),
    "NOTIFY_OUT_START": ("internal", "destination", "call_start"),
    "NOTIFY_OUT_END": ("internal", "destination", "call_start"),
    "NOTIFY_RECORD": ("pbx_call_id", "call_id_with_rec"),
    "SPEECH_RECOGNITION": ("result",),
    "SMS": ("result",),
}
"""What is signed of each notification; neither the length of the call nor its end is."""

ENDS = {"NOTIFY_END": ("in", "caller_id"), "NOTIFY_OUT_END": ("out", "destination")}
"""The notifications of a call that is over: its direction, and where the other side's number stands."""

UNCLEAR = "call_start, disposition or duration is not legible, or the source has no time zone to read call_start in."

ANSWERED = "answered"


def read(message: Message, account: Account) -> Reading:
    """The one call of a notification, if it is over; what stood in a crooked form waits for a person."""
    form = _form(message)
    event = text_at(form.fields, "event").upper()
    if not event:
        return Reading((unreadable(SourceKind.ZADARMA, message, form.fault or "The message names no event."),))
    if event in ENDS:
        change = _ended(form.fields, event, account, message)
    elif event in SIGNED and not form.fault:
        return Reading(ignored=(f"{event}: the call counts when it is over.",))
    else:
        change = _other(form.fields, event, message)
    if form.fault:
        change = replace(change, refusal=Quarantine(QuarantineReason.ADAPTER_ERROR, form.fault))
    return Reading((change,))


def _ended(fields: Mapping[str, FormValue], event: str, account: Account, message: Message) -> Change:
    direction, number = ENDS[event]
    started = parse_time_in(text_at(fields, "call_start"), account.timezone)
    duration = text_at(fields, "duration") or "0"
    call_id, disposition = text_at(fields, "pbx_call_id"), text_at(fields, "disposition").lower()
    seconds = int(duration) if DURATION.fullmatch(duration) else 0
    started_at = started.instant if started else message.received_at
    call = Call(
        call_id=call_id,
        identity=f"{event}:{call_id}" if call_id else "",
        direction=direction,
        started_at=started_at,
        ended_at=started_at + timedelta(seconds=seconds),
        talk_s=seconds,
        answered=disposition == ANSWERED,
        user_id=text_at(fields, "internal"),
        number_hash=number_hash(text_at(fields, number), account.number_key),
        timed=started is not None,
    )
    extras: dict[str, JsonValue] = {
        "disposition": disposition,
        "status_code": text_at(fields, "status_code"),
        "clock_change": started.doubt if started else None,
    }
    legible = started is not None and disposition and DURATION.fullmatch(duration)
    refusal = None if legible else unclear(UNCLEAR)
    change = ended(call, extras, refusal)
    return change if call_id else weak(change, as_json(dict(fields)))


def _other(fields: Mapping[str, FormValue], event: str, message: Message) -> Change:
    """A notification that we have no word for, by its own name."""
    call_id = text_at(fields, "pbx_call_id") or text_at(fields, "call_id")
    identity = f"{event}:{call_id}" if call_id else ""
    name = re.sub(r"[^a-z0-9_]", "_", event.lower())[:50]
    return Change(f"zadarma.{name}", call_id, identity, Verb.CREATED, message.received_at, timed=False)


def is_signed(message: Message, secret: str, now: datetime) -> bool:
    """The header Signature: base64 of the HEXADECIMAL of HMAC-SHA1 over a few fields put together."""
    del now
    fields = _form(message).fields
    names = SIGNED.get(text_at(fields, "event").upper())
    if names is None:
        return False
    signed = "".join(_whole(fields.get(name)) for name in names)
    wanted = hmac.new(secret.encode(), signed.encode(errors="replace"), hashlib.sha1).hexdigest()
    return same(message.header("signature"), base64.b64encode(wanted.encode()))


def _form(message: Message) -> Form:
    content_type = message.header("content-type")
    if is_multipart(content_type) or seems_multipart(message.body):
        return read_multipart(message.body, content_type)
    return read_form(message.body)


def _whole(value: FormValue | None) -> str:
    return value if isinstance(value, str) else ""


def mask(body: bytes) -> bytes:
    """The body without what belongs to the people who called."""
    return masked_multipart(body, SECRETS) if seems_multipart(body) else masked(body, SECRETS)


ADAPTER = Adapter(
    SourceKind.ZADARMA,
    (Scheme("zadarma-sha1", 1, "secret of the Zadarma API key", is_signed),),
    read,
    mask,
    # Zadarma reads JSON in our answer as a command for the call that is under way.
    Answer(200),
)
