"""Aircall: its webhooks, one message each, to calls that have ended."""

from __future__ import annotations

from service.domain.change import Change, Verb
from service.domain.event import JsonValue
from service.domain.source import SourceKind
from service.sources.adapter import Account, Adapter, Message, Reading, hidden, masked, unreadable
from service.sources.call import KIND, Call, ended, number_hash, unclear
from service.sources.json_text import read_json
from service.sources.signature import body_token
from service.sources.times import from_epoch
from service.sources.tree import at, branch_at, rows_at, text_at

SECRETS = frozenset({
    "token", "raw_digits", "phone_number", "phone_numbers", "emails", "email", "external_number", "last_name", "body",
    "recording", "recording_short_url", "voicemail", "voicemail_short_url", "asset", "first_name",
    "external_caller_number",
})  # fmt: skip
"""Fields that are hidden before a body is kept: the token, people's numbers and names, links to what they said."""

ENDED = "call.ended"

STEPS = frozenset({
    "call.created", "call.ringing_on_agent", "call.agent_declined", "call.answered", "call.transferred",
    "call.external_transferred", "call.unsuccessful_transfer", "call.hungup", "call.voicemail_left", "call.assigned",
    "call.archived", "call.hold", "call.unhold", "call.ivr_option_selected", "call.comm_assets_generated",
})  # fmt: skip
"""Steps of a call of which `call.ended` tells the sum; `call.hungup` says the same before the times are final."""

_DIRECTIONS = {"outbound": "out", "inbound": "in"}


def read(message: Message, account: Account) -> Reading:
    """The one call of a message, if it is the message that says that the call has ended."""
    document = read_json(message.body)
    event = text_at(document, "event")
    if not event:
        return Reading((unreadable(SourceKind.AIRCALL, message, "The message names no event."),))
    if event in STEPS:
        return Reading(ignored=(f"{event}: the call counts when call.ended tells of it.",))
    return Reading((_ended(document, account, message) if event == ENDED else _other(document, event, message),))


def _ended(document: JsonValue, account: Account, message: Message) -> Change:
    told = branch_at(document, "data")
    started_at, ended_at = from_epoch(at(told, "started_at")), from_epoch(at(told, "ended_at"))
    answered_at = from_epoch(at(told, "answered_at"))
    direction = _DIRECTIONS.get(text_at(told, "direction"))
    call_id = text_at(told, "id")
    in_order = started_at and ended_at and started_at <= (answered_at or started_at) <= ended_at
    if not call_id or not in_order or direction is None or started_at is None or ended_at is None:
        detail = "The call has no id, direction, start and end as Aircall documents them."
        refusal = unclear(detail)
        known = ended_at or from_epoch(at(document, "timestamp"))
        identity, moment = f"{ENDED}:{call_id}" if call_id else "", known or message.received_at
        return Change(KIND, call_id, identity, Verb.CREATED, moment, refusal=refusal, timed=known is not None)
    call = Call(
        call_id=call_id,
        identity=f"{ENDED}:{call_id}",
        direction=direction,
        started_at=started_at,
        ended_at=ended_at,
        # Not `duration`: that one begins with the ringing, and a missed call has one too.
        talk_s=int((ended_at - answered_at).total_seconds()) if answered_at else 0,
        answered=answered_at is not None,
        user_id=text_at(told, "user", "id"),
        number_hash=number_hash(text_at(told, "raw_digits"), account.number_key),
        ring_s=int(((answered_at or ended_at) - started_at).total_seconds()),
    )
    extras: dict[str, JsonValue] = {
        "line_id": text_at(told, "number", "id"),
        "missed_reason": text_at(told, "missed_call_reason"),
        # Who gets a call that was passed on is for the plan to say, so both are kept.
        "transferred_by": text_at(told, "transferred_by", "id"),
        "transferred_to": text_at(told, "transferred_to", "id"),
        "tags": [text_at(tag, "name") for tag in rows_at(told, "tags")],
        "team_ids": [text_at(team, "id") for team in rows_at(told, "teams")],
    }
    return ended(call, extras)


def _other(document: JsonValue, event: str, message: Message) -> Change:
    """A message about anything else, by its own name: a tag or a comment may come several times for one call."""
    number, sent = text_at(document, "data", "id"), text_at(document, "timestamp")
    identity = f"{event}:{number}:{sent}" if number and sent else ""
    moment = from_epoch(at(document, "timestamp"))
    kept = hidden(branch_at(document, "data"), SECRETS)
    fields = kept if isinstance(kept, dict) else {}
    at_all = moment or message.received_at
    return Change(event, number, identity, Verb.UPDATED, at_all, fields, timed=moment is not None)


def mask(body: bytes) -> bytes:
    """The body without the token, and without what belongs to the people who called."""
    return masked(body, SECRETS)


_TOKEN_IS = "token of the Aircall webhook, which stands in each message"  # noqa: S105 - it says what to give

ADAPTER = Adapter(
    SourceKind.AIRCALL,
    (body_token("token", secret_is=_TOKEN_IS),),
    read,
    mask,
)
