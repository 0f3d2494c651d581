"""Twilio: its status callbacks, one call each, and its signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, urlsplit, urlunsplit

from service.domain.change import Change
from service.domain.event import JsonValue, Quarantine, QuarantineReason
from service.domain.source import SourceKind
from service.sources.adapter import Account, Adapter, Answer, Message, Reading, Scheme, masked, unreadable
from service.sources.call import DURATION, Call, ended, number_hash, unclear
from service.sources.form import form_pairs, read_form
from service.sources.signature import same
from service.sources.tree import text_at

SECRETS = frozenset({
    "from", "to", "caller", "called", "forwardedfrom", "callername", "recordingurl", "stirverstat",
    "fromcity", "fromzip", "tocity", "tozip", "callercity", "callerzip", "calledcity", "calledzip",
})  # fmt: skip
"""Fields that are hidden before a body is kept: numbers, names and places of people, and links to what they said."""

OVER = {"completed": True, "busy": False, "no-answer": False, "failed": False, "canceled": False}
"""The statuses that end a call, and whether somebody spoke."""

OURS = ("client:", "sip:")
"""How addresses of our own people begin; a bare number may be anybody's."""

UNDER_WAY = frozenset({"queued", "initiated", "ringing", "in-progress", "answered"})

_MAGIC = re.compile(r"\+?1500555\d{4}", re.ASCII)
"""Numbers of Twilio's test credentials; no telephone ever rings."""

_PORTS = {"https": 443, "http": 80}


def read(message: Message, account: Account) -> Reading:
    """The one call of a message, if it has ended."""
    form = read_form(message.body)
    call_id, status = text_at(form.fields, "CallSid"), text_at(form.fields, "CallStatus").lower()
    if not call_id:
        return Reading((unreadable(SourceKind.TWILIO, message, form.fault or "The message names no CallSid."),))
    if status in UNDER_WAY:
        return Reading(ignored=(f"{status}: the call is under way and counts when it has ended.",))
    return Reading((_ended(form.fields, status, account, message),))


def _ended(fields: Mapping[str, object], status: str, account: Account, message: Message) -> Change:
    duration = text_at(fields, "CallDuration") or "0"
    ended_at = _moment(text_at(fields, "Timestamp"))
    refusal = _refusal(fields, status, duration, ended_at)
    inward = _is_inward(fields)
    theirs, ours = ("From", "To") if inward else ("To", "From")
    # `Duration` counts begun minutes for the bill; the seconds are in CallDuration.
    seconds = int(duration) if DURATION.fullmatch(duration) else 0
    moment = ended_at or message.received_at
    number = text_at(fields, "SequenceNumber")
    call = Call(
        call_id=text_at(fields, "CallSid"),
        identity=":".join((text_at(fields, "CallSid"), status, number or "-")),
        direction="in" if inward else "out",
        started_at=moment - timedelta(seconds=seconds),
        ended_at=moment,
        talk_s=seconds,
        answered=OVER.get(status, False),
        user_id=_line(fields, ours),
        number_hash=number_hash(text_at(fields, theirs), account.number_key),
        order=int(number) if DURATION.fullmatch(number) else 0,
        timed=ended_at is not None,
    )
    extras: dict[str, JsonValue] = {
        "status": status,
        "answered_by": text_at(fields, "AnsweredBy"),
        "parent_call_id": text_at(fields, "ParentCallSid"),
    }
    return ended(call, extras, refusal)


def _is_inward(fields: Mapping[str, object]) -> bool:
    """Whether one of us was called. A client or SIP address is ours, whichever way Twilio itself was called."""
    if text_at(fields, "From").startswith(OURS):
        return False
    return text_at(fields, "To").startswith(OURS) or text_at(fields, "Direction") == "inbound"


def _line(fields: Mapping[str, object], side: str) -> str:
    """Our side of a call: an address of ours, or the number at Twilio that was called or that called.

    On a leg that is dialled for somebody else both numbers may be private, and one of a customer must not be kept.
    """
    line = text_at(fields, side)
    return line if line.startswith(OURS) or text_at(fields, "Direction") != "outbound-dial" else ""


def _refusal(fields: Mapping[str, object], status: str, duration: str, ended_at: datetime | None) -> Quarantine | None:
    if any(_MAGIC.fullmatch(text_at(fields, name)) for name in ("From", "To")):
        detail = "One of the numbers is a test number of Twilio; no telephone rang."
        return Quarantine(QuarantineReason.TEST_EVENT, detail)
    if status not in OVER:
        return unclear("The status of the call is none that Twilio documents.")
    if ended_at is None:
        return unclear(
            "The message has no Timestamp, so nobody knows when the call was. Subscribe to status callbacks."
        )
    if not DURATION.fullmatch(duration):
        return unclear("CallDuration is not a number of seconds.")
    return None


def _moment(text: str) -> datetime | None:
    """The time of a message, as e-mails write it; Twilio shortens Thursday in its own way."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError, TypeError):
        return None


def is_signed(message: Message, secret: str, now: datetime) -> bool:
    """`X-Twilio-Signature`: base64 of HMAC-SHA1 over the address, and over the fields of a form.

    The address is tried with and without its port, for Twilio signs sometimes the one and sometimes the other. Of a
    body that is no form, its hash must stand in the address, or nothing would prove the body.
    """
    del now
    shown = message.header("x-twilio-signature")
    rest = _signed_fields(message)
    return rest is not None and any(
        same(shown, base64.b64encode(hmac.new(secret.encode(), (url + rest).encode(), hashlib.sha1).digest()))
        for url in _addresses(message.url)
    )


def _signed_fields(message: Message) -> str | None:
    """The fields of a form as they are signed: sorted, without anything between; None for a body nothing proves."""
    told = parse_qs(urlsplit(message.url).query).get("bodySHA256", [""])[0]
    if told:
        return "" if same(hashlib.sha256(message.body).hexdigest(), told.lower()) else None
    if "json" in message.header("content-type").lower():
        return None
    return "".join(key + value for key, value in sorted(set(form_pairs(message.body))))


def _addresses(url: str) -> list[str]:
    """The address as it is, with its usual port, and without any."""
    parts = urlsplit(url)
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return [url]
    hosts = (parts.netloc, host, f"{host}:{port or _PORTS.get(parts.scheme, 443)}")
    return [urlunsplit(parts._replace(netloc=netloc)) for netloc in dict.fromkeys(hosts)]


def mask(body: bytes) -> bytes:
    """The body without what belongs to the people who called."""
    return masked(body, SECRETS)


ADAPTER = Adapter(
    SourceKind.TWILIO,
    (Scheme("twilio-sha1", 2, "auth token of the Twilio account", is_signed),),
    read,
    mask,
    Answer(204),
)
