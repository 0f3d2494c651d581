"""A delivery: one message of a sender as it was received."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from service.domain.event import Item, ItemResult, ItemState, canonical_json
from service.domain.random_id import base32_text, random_bytes


class Trust(IntEnum):
    """How surely a message comes from its sender, and unchanged."""

    NONE = 0
    SHARED = 1
    """A shared token or key came with it, or a signature covers a part of it."""
    BODY = 2
    """A signature covers the whole body, or the connection proves who sends."""
    TIMED = 3
    """A signature covers the whole body and the time, so that it cannot be sent again later."""


DELIVERY_LENGTH = 26
"""Characters after "dlv_": 130 random bits, so that two machines never give the same id."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came in one request. Secret fields are masked in `body`; `body_hash` is sha256 of the body as it came.

    `trust` is that of every event in it, `credential` the key that let it in, `verdict` what became of its items.
    """

    delivery_id: str
    source_id: str
    received_at: datetime
    content_type: str
    body: bytes
    body_hash: str
    items: int
    trust: Trust = Trust.SHARED
    credential: str = ""
    verdict: str = "{}"


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery with its items, as its adapter read them."""

    delivery: Delivery
    items: Sequence[Item]


def new_delivery_id() -> str:
    """`dlv_` and 26 random characters."""
    return "dlv_" + base32_text(random_bytes(), DELIVERY_LENGTH)


def verdict_of(results: Sequence[ItemResult]) -> str:
    """What became of the items, as canonical JSON: counts by state, and each item that neither counts nor is known."""
    others = [
        [result.index, result.external_id, result.state.value, _word(result)]
        for result in results
        if result.state not in {ItemState.ACCEPTED, ItemState.DUPLICATE}
    ]
    counts = Counter(result.state.value for result in results)
    return canonical_json({"summary": dict(counts), "others": others})


def _word(result: ItemResult) -> str:
    if result.quarantine is not None:
        return result.quarantine.reason.value
    return result.rejection.code if result.rejection is not None else ""
