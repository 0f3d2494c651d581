"""The tables around plans: versions, who confirmed one, backtests, ramps, what is counted again, and the audit log."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, String, Table, Text

from service.store.columns import METADATA, UtcDateTime
from service.store.dialect import BigId
from service.store.tables import HASH, PERIOD, PERSON_ID

plan_version = Table(
    "plan_version",
    METADATA,
    Column("hash", HASH, primary_key=True),
    Column("plan_id", String(64), nullable=False),
    Column("version", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
)

plan_in_force = Table(
    "plan_in_force",
    METADATA,
    Column("plan_id", String(64), primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("ends_on", Date),
    Column("hash", HASH, ForeignKey("plan_version.hash"), nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("without_notice_reason", Text, nullable=False, server_default=""),
)

vocabulary_version = Table(
    "vocabulary_version",
    METADATA,
    Column("starts_on", Date, primary_key=True),
    Column("hash", HASH, nullable=False),
    Column("document", Text, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
)

plan_confirmation = Table(
    "plan_confirmation",
    METADATA,
    Column("person_id", PERSON_ID, ForeignKey("person.person_id"), primary_key=True),
    Column("hash", HASH, ForeignKey("plan_version.hash"), primary_key=True),
    # The language in which it was read.
    Column("language", String(2), nullable=False),
    Column("confirmed_at", UtcDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    CheckConstraint("language IN ('bg', 'en')", name="language"),
)

# What people are shown of a version, as it was when the version was published: with the examples of its file.
plan_paper = Table(
    "plan_paper",
    METADATA,
    Column("hash", HASH, ForeignKey("plan_version.hash"), primary_key=True),
    Column("language", String(2), primary_key=True),
    Column("html", Text, nullable=False),
    CheckConstraint("language IN ('bg', 'en')", name="language"),
)

audit = Table(
    "audit",
    METADATA,
    Column("audit_id", BigId, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    # Canonical JSON.
    Column("detail", Text, nullable=False),
)

backtest = Table(
    "backtest",
    METADATA,
    Column("backtest_id", String(32), primary_key=True),
    Column("plan_id", String(64), nullable=False),
    Column("plan_hash", HASH, nullable=False),
    # The draft itself: it need never be published.
    Column("document", Text, nullable=False),
    Column("effective_from", Date),
    Column("first_period", PERIOD, nullable=False),
    Column("last_period", PERIOD, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("asked_by", Text, nullable=False),
    # Empty while nothing went wrong; a backtest that cannot go on says here why.
    Column("failure", Text, nullable=False, server_default=""),
    Column("ended_at", UtcDateTime),
    Index("ix_backtest_ended_at", "ended_at"),
)

# One row per month worked out: the progress of a backtest and, put together, its result.
backtest_month = Table(
    "backtest_month",
    METADATA,
    Column("backtest_id", String(32), ForeignKey("backtest.backtest_id"), primary_key=True),
    Column("period", PERIOD, primary_key=True),
    Column("document", Text, nullable=False),
)

# A row says: the vocabulary changed, so the facts must be made again from the events.
recount = Table(
    "recount",
    METADATA,
    Column("recount_id", BigId, primary_key=True),
    Column("marked_at", UtcDateTime, nullable=False),
)

# What a ramp begins at: found once, from the weeks before its start, and never again.
ramp = Table(
    "ramp",
    METADATA,
    Column("person_id", PERSON_ID, ForeignKey("person.person_id"), primary_key=True),
    Column("role", String(64), primary_key=True),
    Column("standard", String(64), primary_key=True),
    Column("starts_on", Date, primary_key=True),
    # An exact fraction as text, per unit of the standard.
    Column("baseline", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)
