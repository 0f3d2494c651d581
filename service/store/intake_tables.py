"""The tables around the intake: secrets of senders, repeated requests, and what needs a second person."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from service.store.columns import METADATA, UtcDateTime
from service.store.dialect import BigId
from service.store.tables import HASH, event, quarantine

# The secrets with which a source signs: several at once, so that one can be replaced without a pause.
source_key = Table(
    "source_key",
    METADATA,
    Column("key_id", String(32), primary_key=True),
    Column("source_id", String(64), ForeignKey("source.source_id"), nullable=False),
    # Encrypted with STIMUL_SECRETS_KEY: to check a signature the secret itself is needed, so a hash would not do.
    Column("sealed", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("activated_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
    Column("retired_at", UtcDateTime),
    Index("ix_source_key_source_id", "source_id"),
)

# What a request with an Idempotency-Key was answered, so that the same one again gets the same answer.
idempotency = Table(
    "idempotency",
    METADATA,
    Column("credential", String(64), primary_key=True),
    Column("method", String(8), primary_key=True),
    Column("path", String(255), primary_key=True),
    Column("name", String(255), primary_key=True),
    # sha256 of the body.
    Column("fingerprint", HASH, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    # Null while the first one is still running.
    Column("status", Integer),
    Column("content_type", Text, nullable=False, server_default=""),
    Column("delivery_id", String(32), nullable=False, server_default=""),
    Column("answer", LargeBinary),
    Index("ix_idempotency_began_at", "began_at"),
)

# What one person proposes and another one confirms: a correction in a closed month, facts that no CRM holds.
proposal = Table(
    "proposal",
    METADATA,
    Column("proposal_id", String(32), primary_key=True),
    Column("kind", String(32), nullable=False),
    # What it is about, for people: a receipt, a month.
    Column("subject", Text, nullable=False),
    # What is to be done, as canonical JSON.
    Column("document", Text, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by", Text, nullable=False, server_default=""),
    CheckConstraint("state IN ('open', 'confirmed', 'refused')", name="state"),
    Index("ix_proposal_state", "state", "proposed_at"),
)

# When an event that waited was let in: for the month it belongs to it came then, not when it arrived.
event_release = Table(
    "event_release",
    METADATA,
    Column("event_id", BigId, primary_key=True, autoincrement=False),
    Column("released_at", UtcDateTime, primary_key=True),
    Column("reason", String(32), nullable=False),
    Column("waited_since", UtcDateTime, nullable=False),
)

# Shares of a deal that the sender named and that differ from the company's: they hold once somebody approves them.
share_claim = Table(
    "share_claim",
    METADATA,
    Column("event_id", BigId, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by", Text, nullable=False, server_default=""),
    CheckConstraint("state IN ('held', 'approved', 'refused')", name="state"),
    Index("ix_share_claim_state", "state"),
)

# The version of an object that holds, and the event that tells of it, for sources whose events carry versions.
event_version = Table(
    "event_version",
    METADATA,
    Column("source_id", String(64), primary_key=True),
    Column("external_id", String(255), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("content_hash", HASH, nullable=False),
    Column("latest_id", String(255), nullable=False),
)

# How people look up what came and what waits. Events come nearly in the order of their days: where the database knows
# such an index, a few pages of it tell all of them.
Index("ix_event_day", event.c.day, postgresql_using="brin")
Index("ix_quarantine_reason_event_id", quarantine.c.reason, quarantine.c.event_id)
