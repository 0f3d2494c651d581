"""The recorded tables: people, senders, events, targets, periods, ledger and statements."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from service.store.columns import METADATA, UtcDateTime, of_closing
from service.store.dialect import BigId

PERSON_ID = String(64)
PERIOD = String(7)
HASH = String(64)

person = Table(
    "person",
    METADATA,
    Column("person_id", PERSON_ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("hired_on", Date, nullable=False),
    Column("left_on", Date),
)

assignment = Table(
    "assignment",
    METADATA,
    Column("person_id", PERSON_ID, ForeignKey("person.person_id"), primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("ends_on", Date),
    Column("role", String(64), nullable=False),
    Column("grade", String(64), nullable=False),
    Column("team", String(64), nullable=False),
    Column("manager_id", PERSON_ID),
    # Part time as hundredths of a percent (10000 = full time): two places are the most that is ever agreed.
    Column("fte_bp", Integer, nullable=False),
    Column("fixed_salary_minor", BigInteger, nullable=False),
    Column("soft_salary_minor", BigInteger, nullable=False),
    Column("territory", Text, nullable=False, server_default=""),
    Column("product", Text, nullable=False, server_default=""),
    Column("channel", Text, nullable=False, server_default=""),
    Column("audience", Text, nullable=False, server_default=""),
    Column("personnel_number", String(64), nullable=False, server_default=""),
    Column("legal_entity", Text, nullable=False, server_default=""),
    Column("cost_centre", Text, nullable=False, server_default=""),
    Column("pay_channel", String(16), nullable=False),
    CheckConstraint("pay_channel IN ('payroll', 'invoice', 'none')", name="pay_channel"),
    CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
    CheckConstraint("fte_bp > 0 AND fte_bp <= 10000", name="fte"),
    Index("ix_assignment_manager", "manager_id"),
)

absence = Table(
    "absence",
    METADATA,
    Column("person_id", PERSON_ID, ForeignKey("person.person_id"), primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("ends_on", Date, nullable=False),
    Column("paid", Boolean, nullable=False),
    CheckConstraint("ends_on >= starts_on", name="dates"),
)

holiday = Table(
    "holiday",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("name", Text, nullable=False),
    # A day off, or a weekend day the company works (a day swapped for another).
    Column("works", Boolean, nullable=False),
)

source = Table(
    "source",
    METADATA,
    Column("source_id", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    # sha256 of the shared token a vendor sends in its messages; a native source has keys instead.
    Column("token_hash", HASH),
    Column("max_age_days", Integer, nullable=False),
    Column("record_url", Text, nullable=False, server_default=""),
    Column("requests_per_s", Integer, nullable=False, server_default="50"),
    Column("events_per_s", Integer, nullable=False, server_default="5000"),
    # Whether its events carry versions of objects, of which the highest holds.
    Column("versioned", Boolean, nullable=False, server_default=false()),
    # How a vendor's messages are proved, the zone of their naive times, the account in links, the key of number hashes.
    Column("scheme", String(32), nullable=False, server_default=""),
    Column("timezone", String(64), nullable=False, server_default=""),
    Column("account", Text, nullable=False, server_default=""),
    Column("number_key", HASH, nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("retired_at", UtcDateTime),
)

alias = Table(
    "alias",
    METADATA,
    Column("source_id", String(64), ForeignKey("source.source_id"), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("ends_on", Date),
    Column("person_id", PERSON_ID, ForeignKey("person.person_id"), nullable=False),
    Index("ix_alias_person_id", "person_id"),
)

api_key = Table(
    "api_key",
    METADATA,
    Column("key_id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("source_id", String(64), ForeignKey("source.source_id")),
    Column("scopes", Text, nullable=False),
    Column("secret_hash", HASH, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime),
    Column("retired_at", UtcDateTime),
    Column("person_id", PERSON_ID),
    UniqueConstraint("secret_hash"),
)

delivery = Table(
    "delivery",
    METADATA,
    Column("delivery_id", String(32), primary_key=True),
    Column("source_id", String(64), ForeignKey("source.source_id"), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("content_type", Text, nullable=False),
    # Secret fields are masked; the hash is of the body as it came.
    Column("body", LargeBinary, nullable=False),
    Column("body_hash", HASH, nullable=False),
    Column("items", Integer, nullable=False),
    # 3 a signature over the whole body with its time, 2 one without, 1 a shared token or key, 0 nothing.
    Column("trust", Integer, nullable=False, server_default="1"),
    # The key it was let in with, if it was one.
    Column("credential", String(64), nullable=False, server_default=""),
    # What became of its items, as canonical JSON: the counts, and each that was not accepted.
    Column("verdict", Text, nullable=False, server_default="{}"),
    Index("ix_delivery_received_at", "received_at"),
)

# Identity for ever, in a table of its own, so that `event` can be partitioned by month:
# a unique index there would have to contain the month.
event_identity = Table(
    "event_identity",
    METADATA,
    Column("event_id", BigId, primary_key=True),
    Column("source_id", String(64), nullable=False),
    Column("external_id", String(255), nullable=False),
    Column("content_hash", HASH, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("source_id", "external_id"),
)

event = Table(
    "event",
    METADATA,
    Column("event_id", BigId, primary_key=True, autoincrement=False),
    Column("source_id", String(64), nullable=False),
    Column("external_id", String(255), nullable=False),
    Column("receipt_id", String(30), nullable=False),
    Column("delivery_id", String(32), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("type", String(64), nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    # Day and month in the company's time zone, written at ingest: grouping by them needs no time zone in SQL.
    Column("day", Date, nullable=False),
    Column("period", PERIOD, nullable=False),
    Column("subject", String(255)),
    Column("person_id", PERSON_ID),
    # The whole event as our canonical JSON: what `rebuild` and `replay` read.
    Column("document", Text, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("deal_id", String(255)),
    Index("ix_event_deal_id", "deal_id"),
    Index("ix_event_receipt_id", "receipt_id"),
    Index("ix_event_person_id_day", "person_id", "day"),
)

quarantine = Table(
    "quarantine",
    METADATA,
    Column("event_id", BigId, primary_key=True, autoincrement=False),
    Column("source_id", String(64), nullable=False),
    Column("subject", String(255)),
    Column("reason", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    # The currency whose rate is waited for.
    Column("currency", String(16)),
    Column("since", UtcDateTime, nullable=False),
    # Somebody decided that it shall never count; it stays here, so that no rebuild counts it.
    Column("discarded_at", UtcDateTime),
    Column("discarded_by", Text, nullable=False, server_default=""),
    Column("discarded_why", Text, nullable=False, server_default=""),
    Index("ix_quarantine_source_subject", "source_id", "subject"),
)

event_conflict = Table(
    "event_conflict",
    METADATA,
    Column("source_id", String(64), primary_key=True),
    Column("external_id", String(255), primary_key=True),
    Column("content_hash", HASH, primary_key=True),
    Column("delivery_id", String(32), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("document", Text, nullable=False),
    # Somebody looked at it and wrote why it needs nothing more.
    Column("settled_at", UtcDateTime),
    Column("settled_by", Text, nullable=False, server_default=""),
    Column("settled_why", Text, nullable=False, server_default=""),
)

target = Table(
    "target",
    METADATA,
    Column("target_id", BigId, primary_key=True),
    Column("person_id", PERSON_ID, ForeignKey("person.person_id"), nullable=False),
    Column("period", PERIOD, nullable=False),
    Column("standard", String(64), nullable=False),
    # The exact decimal text as assigned, in units of the metric; the newest row of a person, month and standard holds.
    Column("amount", String(40), nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", Text, nullable=False),
    Index("ix_target_period_person", "period", "person_id", "standard", "target_id"),
)

period = Table(
    "period",
    METADATA,
    Column("period", PERIOD, primary_key=True),
    Column("state", String(16), nullable=False),
    # 0 until the first close; then the number of the closing that holds.
    Column("version", Integer, nullable=False),
    CheckConstraint("state IN ('open', 'settling', 'closed', 'approved', 'paid')", name="state"),
)

closing = Table(
    "closing",
    METADATA,
    Column("period", PERIOD, ForeignKey("period.period"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("closed_at", UtcDateTime, nullable=False),
    Column("closed_by", Text, nullable=False),
    Column("closed_by_person", PERSON_ID),
    Column("document", Text, nullable=False),
    Column("document_hash", HASH, nullable=False),
)

ledger_entry = Table(
    "ledger_entry",
    METADATA,
    Column("entry_id", BigId, primary_key=True),
    Column("period", PERIOD, nullable=False),
    Column("version", Integer, nullable=False),
    Column("person_id", PERSON_ID, nullable=False),
    # The month the work was done in: `period` itself, or an earlier one for an adjustment.
    Column("month_worked", PERIOD, nullable=False),
    Column("reason", Text, nullable=False),
    Column("posted_at", UtcDateTime, nullable=False),
    Column("document", String(16), nullable=False, server_default="closing"),
    CheckConstraint("document IN ('closing', 'withdrawal', 'payment')", name="document"),
    # Which payment of the closing; 0 for all others.
    Column("position", Integer, nullable=False, server_default="0"),
    UniqueConstraint("period", "version", "person_id", "month_worked", "document", "position", name="uq_ledger_entry"),
    of_closing(),
    Index("ix_ledger_entry_person_month", "person_id", "month_worked"),
)

posting = Table(
    "posting",
    METADATA,
    Column("entry_id", BigId, ForeignKey("ledger_entry.entry_id"), primary_key=True),
    Column("account", String(160), primary_key=True),
    # Debit positive, credit negative.
    Column("amount_minor", BigInteger, nullable=False),
    Index("ix_posting_account", "account"),
)

statement = Table(
    "statement",
    METADATA,
    Column("person_id", PERSON_ID, primary_key=True),
    Column("period", PERIOD, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("document", Text, nullable=False),
    Column("document_hash", HASH, nullable=False),
)
