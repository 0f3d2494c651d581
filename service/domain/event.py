"""An event: one thing the CRM says happened, keyed for ever by source and external id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from service.domain.random_id import base32_text

JsonValue = None | bool | int | Decimal | str | list["JsonValue"] | dict[str, "JsonValue"]
"""A JSON value as our reader gives it: numbers with a point are Decimal, never float."""

RECEIPT_LENGTH = 26
"""Characters of a receipt after "evt_": 130 bits of sha256, enough that no two events of a company ever share one."""

RECEIPT_BYTES = 20
"""Bytes of the hash that are written out: whole groups of five that hold those characters."""

RECEIPTS_KEPT = 4_096
"""Receipts kept in a process: a batch of a thousand events asks for each again in its answer."""


VOID_TYPE = "event.voided"
"""The type of a void that does not repeat the type of the event it takes back."""


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
    UNKNOWN_CURRENCY = "unknown_currency"
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
    sender's user id, resolved to a person through the aliases of the source as of `occurred_at`.
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
    """Why an event waits, in a word and a sentence, and the user id or the currency that it waits for, if any."""

    reason: QuarantineReason
    detail: str
    subject: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a delivery as its adapter read it: an event (perhaps already to be quarantined), or a rejection.

    The time of an event that is not `timed` is when it came: the same event sent again has another.
    """

    index: int
    external_id: str | None = None
    event: Event | None = None
    quarantine: Quarantine | None = None
    rejection: Rejection | None = None
    timed: bool = True


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What we answer for one item, in the order of the input."""

    index: int
    external_id: str | None
    state: ItemState
    receipt_id: str | None = None
    first_received_at: datetime | None = None
    late: bool = False
    stale: bool = False
    quarantine: Quarantine | None = None
    rejection: Rejection | None = None


@lru_cache(maxsize=RECEIPTS_KEPT)
def receipt_id(source_id: str, external_id: str) -> str:
    """`evt_` and 26 characters of base32(sha256(source, external id)); a NUL keeps the two texts apart."""
    digest = hashlib.sha256(f"{source_id}\0{external_id}".encode()).digest()
    return "evt_" + base32_text(digest[:RECEIPT_BYTES], RECEIPT_LENGTH)


def canonical_json(value: object) -> str:
    """JSON text that is the same for the same meaning: sorted keys, no spaces, numbers without trailing zeros."""
    return _WRITE(value)


def event_document(event: Event, write: Callable[[JsonValue], str] = canonical_json) -> str:
    """What the event says, without its identity, as the one text that is kept and hashed.

    Two deliveries with the same identity and this text are the same event. Key order and the spelling of numbers
    (`1500.0`, `1500.00`) do not change it; texts stay as they are. `write` gives the text of `canonical_json`.
    """
    return write(
        {
            "type": event.type,
            "subject": event.subject,
            "time": event.occurred_at.isoformat(),
            "version": event.version,
            "op": event.op,
            "target": event.target,
            "credit": [[claim.subject, claim.part, claim.share_percent] for claim in event.credit],
            "data": dict(event.data),
        }
    )


def event_from_document(source_id: str, external_id: str, document: str) -> Event:
    """The event that a kept text tells of; numbers that were not whole come back as texts."""
    body = json.loads(document)
    return Event(
        source_id=source_id,
        external_id=external_id,
        type=body["type"],
        occurred_at=datetime.fromisoformat(body["time"]),
        subject=body["subject"],
        data=body["data"],
        credit=tuple(
            CreditClaim(subject, Part(part), None if share is None else Decimal(share))
            for subject, part, share in body["credit"]
        ),
        version=body["version"],
        op=Operation(body["op"]) if body["op"] else None,
        target=body["target"],
    )


def as_kept(event: Event, write_plain: Callable[[JsonValue], str] = canonical_json) -> tuple[Event, str]:
    """The event as it reads back, with the text that is kept: what is counted now is what a rebuild will count.

    `write_plain` writes the same as `canonical_json` where nothing is a decimal, faster.
    """
    if not event.credit and _READ_BACK_ALIKE.issuperset(map(type, event.data.values())):
        return event, event_document(event, write_plain)
    document = event_document(event)
    return event_from_document(event.source_id, event.external_id, document), document


def content_hash(event: Event) -> str:
    """sha256 of what the event says."""
    return hashlib.sha256(event_document(event).encode()).hexdigest()


_READ_BACK_ALIKE = {str, int, bool, type(None)}
"""What comes back from a document as it went in: reading back is only needed for the others."""


def _plain(value: object) -> object:
    """What JSON has no word for."""
    match value:
        case Decimal():
            return _number_text(value)
        case Mapping():
            return dict(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a document")


def _number_text(value: Decimal) -> int | str:
    """A decimal as a whole number where it is one, else as its shortest text (JSON floats would round)."""
    normal = value.normalize()
    return int(normal) if normal == normal.to_integral_value() else format(normal, "f")


# One writer for the life of the process: `json.dumps` would make a new one for every event.
_WRITE = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain
).encode
