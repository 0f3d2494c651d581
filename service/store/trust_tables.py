"""The tables of what people decide about events: holds, vouching, and flags with their evidence."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Index, String, Table, Text, UniqueConstraint

from service.store.columns import METADATA, UtcDateTime
from service.store.dialect import BigId
from service.store.tables import PERIOD, PERSON_ID

# An event that does not count until a person has decided about it; the row stays when it is released or rejected.
event_hold = Table(
    "event_hold",
    METADATA,
    Column("event_id", BigId, primary_key=True, autoincrement=False),
    Column("source_id", String(64), nullable=False),
    Column("external_id", String(255), nullable=False),
    Column("state", String(16), nullable=False),
    Column("why", Text, nullable=False),
    # Who shall decide, and the last day for it: the owner of the event reads both.
    Column("reviewer", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("held_at", UtcDateTime, nullable=False),
    Column("held_by", Text, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by", Text, nullable=False, server_default=""),
    Column("decided_why", Text, nullable=False, server_default=""),
    CheckConstraint("state IN ('held', 'released', 'rejected')", name="state"),
    UniqueConstraint("source_id", "external_id"),
)

# A person answers for an event whose sender was not sure enough for a metric.
event_vouch = Table(
    "event_vouch",
    METADATA,
    Column("event_id", BigId, primary_key=True, autoincrement=False),
    Column("vouched_at", UtcDateTime, nullable=False),
    Column("vouched_by", Text, nullable=False),
    Column("why", Text, nullable=False),
)

# What looks odd in a person's month, with the events that show it; found anew from them, but a resolution stays.
flag = Table(
    "flag",
    METADATA,
    # sha256 of what is told, so that the same finding is the same row however often it is found.
    Column("flag_id", String(32), primary_key=True),
    Column("person_id", PERSON_ID, nullable=False),
    Column("period", PERIOD, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    # The receipts of the events that show it, as a JSON list.
    Column("evidence", Text, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("resolved_by", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Index("ix_flag_period_person", "period", "person_id"),
)

# When a month was last looked at for flags.
flag_look = Table(
    "flag_look",
    METADATA,
    Column("period", PERIOD, primary_key=True),
    Column("looked_at", UtcDateTime, nullable=False),
)
