"""A telephone call that has ended, in the fields that the adapters of all exchanges give alike."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from service.domain.change import Change, Verb
from service.domain.event import JsonValue, Quarantine, QuarantineReason

KIND = "call"

DURATION = re.compile(r"\d{1,6}", re.ASCII)
"""Seconds of a call, at most eleven days."""


@dataclass(frozen=True, slots=True)
class Call:
    """One ended call; times in UTC, `direction` in or out as seen by our people, `user_id` as the exchange names one.

    A call that nobody answered has `talk_s` 0, however long it rang. One that is not `timed` tells no time, and has
    that of its message.
    """

    call_id: str
    identity: str
    direction: str
    started_at: datetime
    ended_at: datetime
    talk_s: int
    answered: bool
    user_id: str = ""
    number_hash: str = ""
    ring_s: int | None = None
    order: int = 0
    timed: bool = True


def ended(call: Call, extras: dict[str, JsonValue], refusal: Quarantine | None = None) -> Change:
    """The change that an ended call is; `extras` are what the exchange says beyond it."""
    fields: dict[str, JsonValue] = {
        "direction": call.direction,
        "answered": call.answered,
        "started_at": call.started_at.isoformat() if call.timed else None,
        "talk_s": call.talk_s if call.answered else 0,
        "ring_s": call.ring_s,
        "user_id": call.user_id,
        "number_hash": call.number_hash,
        **extras,
    }
    told = {name: value for name, value in fields.items() if value not in (None, "", [])}
    return Change(
        KIND,
        call.call_id,
        call.identity,
        Verb.CREATED,
        call.ended_at,
        told,
        order=call.order,
        refusal=refusal,
        timed=call.timed,
        alone=True,
    )


def number_hash(number: str, key: str) -> str:
    """A keyed hash of a telephone number: equal numbers count as one, and nobody can compute the number back.

    Spaces, a plus and other signs make no difference; empty for a number that is withheld.
    """
    digits = re.sub(r"\D", "", number)
    return hmac.new(key.encode(), digits.encode(), hashlib.sha256).hexdigest() if digits else ""


def unclear(detail: str) -> Quarantine:
    """Why a call that is not told as its exchange documents it waits for a person."""
    return Quarantine(QuarantineReason.SCHEMA_VIOLATION, detail)
