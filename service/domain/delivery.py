"""A delivery: one message of a sender as it was received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came in one request. Secret fields are masked in `body`; `body_hash` is sha256 of the body as it came."""

    delivery_id: str
    source_id: str
    received_at: datetime
    content_type: str
    body: bytes
    body_hash: str
    items: int
