"""A delivery: one message of a sender as it was received."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime

DELIVERY_LENGTH = 26
"""Characters after "dlv_": 130 random bits, so that two machines never give the same id."""


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


def new_delivery_id() -> str:
    """`dlv_` and 26 random characters."""
    return "dlv_" + base64.b32encode(secrets.token_bytes(17)).decode().lower()[:DELIVERY_LENGTH]
