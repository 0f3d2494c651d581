"""The recorded table of devices: the televisions that may show a board."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text, UniqueConstraint

from service.store.columns import METADATA, UtcDateTime
from service.store.tables import HASH

device = Table(
    "device",
    METADATA,
    Column("device_id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("board", String(64), nullable=False),
    Column("token_hash", HASH, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("last_used_at", UtcDateTime),
    Column("retired_at", UtcDateTime),
    UniqueConstraint("token_hash"),
)
