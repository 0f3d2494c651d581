"""The tables of backfills: how far each one is, and the parts that still wait."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from service.store.columns import METADATA, UtcDateTime
from service.store.tables import HASH

backfill = Table(
    "backfill",
    METADATA,
    Column("backfill_id", String(32), primary_key=True),
    Column("source_id", String(64), ForeignKey("source.source_id"), nullable=False),
    # sha256 of the file, by which an import that broke off is found again; empty for one that came over HTTP.
    Column("fingerprint", HASH, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("parts", Integer, nullable=False),
    Column("parts_done", Integer, nullable=False),
    Column("rows_read", Integer, nullable=False),
    # Canonical JSON: how many rows became what, and the first that were not taken.
    Column("counts", Text, nullable=False),
    Column("problems", Text, nullable=False),
    # Why it is broken, or why a part waits longer than the others.
    Column("reason", Text, nullable=False, server_default=""),
    CheckConstraint("state IN ('receiving', 'waiting', 'done', 'broken')", name="state"),
    Index("ix_backfill_source_id_fingerprint", "source_id", "fingerprint"),
)

# Deleted in the transaction that takes its rows: what is here still waits.
backfill_part = Table(
    "backfill_part",
    METADATA,
    Column("backfill_id", String(32), ForeignKey("backfill.backfill_id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("first_row", Integer, nullable=False),
    Column("lines", LargeBinary, nullable=False),
    # Of a part that could not be taken: why, and until when the others go first.
    Column("failure", Text, nullable=False, server_default=""),
    Column("not_before", UtcDateTime),
)
