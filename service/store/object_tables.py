"""The tables of vendors' objects: mappings, changes as told, the events made of them, and what must be fetched."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, false

from service.store.columns import METADATA, UtcDateTime
from service.store.dialect import BigId
from service.store.tables import HASH

SOURCE_ID = String(64)
KIND = String(64)
EXTERNAL_ID = String(255)

# The latest one of a source holds. The shipped mapping is kept with it, so that an upgrade changes nobody's events.
source_mapping = Table(
    "source_mapping",
    METADATA,
    Column("source_id", SOURCE_ID, ForeignKey("source.source_id"), primary_key=True),
    Column("mapped_at", UtcDateTime, primary_key=True),
    Column("hash", HASH, nullable=False),
    Column("own", Text, nullable=False),
    Column("shipped", Text, nullable=False),
    Column("mapped_by", Text, nullable=False),
)

object_change = Table(
    "object_change",
    METADATA,
    Column("change_id", BigId, primary_key=True),
    Column("source_id", SOURCE_ID, nullable=False),
    Column("kind", KIND, nullable=False),
    Column("object_id", EXTERNAL_ID, nullable=False),
    Column("identity", EXTERNAL_ID, nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("delivery_id", String(32), nullable=False),
    # The change as canonical JSON; of a thin one the fields once they were fetched.
    Column("document", Text, nullable=False),
    UniqueConstraint("source_id", "identity"),
    Index("ix_object_change_object", "source_id", "kind", "object_id"),
)

# Which events an object has come to: the id of each, and the revision of it that stands now.
object_event = Table(
    "object_event",
    METADATA,
    Column("source_id", SOURCE_ID, primary_key=True),
    Column("external_id", EXTERNAL_ID, primary_key=True),
    Column("kind", KIND, nullable=False),
    Column("object_id", EXTERNAL_ID, nullable=False),
    # Null where it was taken back.
    Column("standing_id", EXTERNAL_ID),
    Column("revision", Integer, nullable=False),
    Column("content_hash", HASH, nullable=False),
    Index("ix_object_event_object", "source_id", "kind", "object_id"),
)

# How the fields of thin messages are fetched: the only host that is ever asked.
source_fetch = Table(
    "source_fetch",
    METADATA,
    Column("source_id", SOURCE_ID, ForeignKey("source.source_id"), primary_key=True),
    Column("address", Text, nullable=False),
    # Encrypted with STIMUL_SECRETS_KEY.
    Column("sealed", Text, nullable=False),
    Column("per_minute", Integer, nullable=False),
    Column("private", Boolean, nullable=False, server_default=false()),
)

object_fetch = Table(
    "object_fetch",
    METADATA,
    Column("source_id", SOURCE_ID, primary_key=True),
    Column("kind", KIND, primary_key=True),
    Column("object_id", EXTERNAL_ID, primary_key=True),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("failure", Text, nullable=False, server_default=""),
    Index("ix_object_fetch_due_at", "due_at"),
)
