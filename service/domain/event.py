"""An event: one thing the CRM says happened, keyed for ever by source and external id."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

JsonValue = None | bool | int | Decimal | str | list["JsonValue"] | dict[str, "JsonValue"]
"""A JSON value as our reader gives it: numbers with a point are Decimal, never float."""

RECEIPT_LENGTH = 26
"""Characters of a receipt after "evt_": 130 bits of sha256, enough that no two events of a company ever share one."""


class Part(StrEnum):
    """The part a person played in a deal."""

    OWNER = "owner"
    LEAD_SOURCE = "lead_source"
    CLOSER = "closer"
    FARMER = "farmer"
    SUPPORT = "support"


class Operation(StrEnum):
    """What a correction does to the event it targets."""

    VOID = "void"
    REPLACE = "replace"


class ItemState(StrEnum):
    """What became of one item of a delivery."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


class QuarantineReason(StrEnum):
    """Why an event waits; the closed list, shown to people as "for clarification"."""

    UNRESOLVED_SUBJECT = "unresolved_subject"
    UNMAPPED_TYPE = "unmapped_type"
    UNMAPPED_STAGE = "unmapped_stage"
    NEEDS_ENRICHMENT = "needs_enrichment"
    ENRICHMENT_FAILED = "enrichment_failed"
    FUTURE_TIME = "future_time"
    TOO_OLD = "too_old"
    CONFLICT = "conflict"
    SCHEMA_VIOLATION = "schema_violation"
    WEAK_IDENTITY = "weak_identity"
    TEST_EVENT = "test_event"
    LOW_TRUST = "low_trust"
    AMOUNT_OUT_OF_BOUNDS = "amount_out_of_bounds"
    CLOCK_SKEW = "clock_skew"
    ADAPTER_ERROR = "adapter_error"


@dataclass(frozen=True, slots=True)
class CreditClaim:
    """What the sender says of who took part: a sender's user id, a part and perhaps a share in percent."""

    subject: str
    part: Part
    share_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one person did, as the sender tells it, in our vocabulary (`type` is `noun.verb`).

    `occurred_at` is aware and in UTC. `data` holds the fields of the type; unknown ones are kept. `subject` is the
    sender's user id,
    resolved to a person through the aliases of the source as of `occurred_at`.
    """

    source_id: str
    external_id: str
    type: str
    occurred_at: datetime
    subject: str | None
    data: Mapping[str, JsonValue] = field(default_factory=dict)
    credit: tuple[CreditClaim, ...] = ()
    version: int | None = None
    op: Operation | None = None
    target: str | None = None

    @property
    def receipt_id(self) -> str:
        """The receipt of this event: the same wherever and whenever it is computed."""
        return receipt_id(self.source_id, self.external_id)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why an item was refused: nothing of it is kept; `pointer` is a JSON Pointer into the body as sent."""

    code: str
    detail: str
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Why an event waits, in a word and a sentence."""

    reason: QuarantineReason
    detail: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a delivery as its adapter read it: an event (perhaps already to be quarantined), or a rejection."""

    index: int
    external_id: str | None = None
    event: Event | None = None
    quarantine: Quarantine | None = None
    rejection: Rejection | None = None


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What we answer for one item, in the order of the input."""

    index: int
    external_id: str | None
    state: ItemState
    receipt_id: str | None = None
    first_received_at: datetime | None = None
    late: bool = False
    quarantine: Quarantine | None = None
    rejection: Rejection | None = None


def receipt_id(source_id: str, external_id: str) -> str:
    """`evt_` and 26 characters of base32(sha256(source, external id)); a NUL keeps the two texts apart."""
    digest = hashlib.sha256(f"{source_id}\0{external_id}".encode()).digest()
    return "evt_" + base64.b32encode(digest).decode().lower()[:RECEIPT_LENGTH]


def canonical_json(value: object) -> str:
    """JSON text that is the same for the same meaning: sorted keys, no spaces, numbers without trailing zeros."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def content_hash(event: Event) -> str:
    """sha256 of what the event says; two deliveries with the same identity and this hash are the same event.

    Key order and the spelling of decimal numbers ("1500.0", "1500.00" in `amount`-like texts stay texts) do not
    change it.
    """
    body = {
        "type": event.type,
        "subject": event.subject,
        "time": event.occurred_at.isoformat(),
        "version": event.version,
        "op": event.op,
        "target": event.target,
        "credit": [[c.subject, c.part, c.share_percent] for c in event.credit],
        "data": dict(event.data),
    }
    return hashlib.sha256(canonical_json(body).encode()).hexdigest()


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return _number_text(value)
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def _number_text(value: Decimal) -> int | str:
    """A decimal as a whole number where it is one, else as its shortest text (JSON floats would round)."""
    normal = value.normalize()
    return int(normal) if normal == normal.to_integral_value() else format(normal, "f")
