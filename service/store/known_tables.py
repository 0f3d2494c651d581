"""The recorded tables of what a close knew, and of the replays that somebody asked for."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from service.store.columns import METADATA, UtcDateTime
from service.store.dialect import BigId
from service.store.tables import HASH, PERIOD, PERSON_ID

# Only ever added: what a closing knew of something is its newest row up to the last one of that closing, so that what
# did not change is kept once. Names and salaries stay word for word as long as the statements do.
known = Table(
    "known",
    METADATA,
    Column("known_id", BigId, primary_key=True),
    # The closing that kept it.
    Column("period", PERIOD, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    # A person id, a deal, the first day of a vocabulary; empty for the company.
    Column("name", String(255), nullable=False),
    # The month it tells of, where it tells of one.
    Column("month", PERIOD, nullable=False),
    # Canonical JSON.
    Column("document", Text, nullable=False),
    Column("hash", HASH, nullable=False),
    Index("ix_known_kind_month_name", "kind", "month", "name", "known_id"),
    Index("ix_known_period_version", "period", "version"),
)

# The person-months that were worked out since a closing last kept what is known of them.
unkept = Table(
    "unkept",
    METADATA,
    Column("person_id", PERSON_ID, primary_key=True),
    Column("period", PERIOD, primary_key=True),
    Index("ix_unkept_period", "period"),
)

replay = Table(
    "replay",
    METADATA,
    Column("replay_id", String(32), primary_key=True),
    Column("period", PERIOD, nullable=False),
    Column("version", Integer, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("asked_by", Text, nullable=False),
    # What was found, as JSON, or why the month could not be worked out again.
    Column("document", Text, nullable=False, server_default="{}"),
    Column("failure", Text, nullable=False, server_default=""),
    Column("ended_at", UtcDateTime),
    Index("ix_replay_ended_at", "ended_at"),
)
