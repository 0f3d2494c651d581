"""The recorded tables of money beside the ledger: parts of lines by deal, and what people signed or decided."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from service.store.columns import METADATA, UtcDateTime, of_closing
from service.store.dialect import BigId
from service.store.tables import HASH, PERIOD, PERSON_ID

# Only ever added, by the closing that posts the line: what is held back of a person is the sum of held, released and
# forfeited; what may be taken back of a deal rests on earned and taken.
line_deal = Table(
    "line_deal",
    METADATA,
    Column("part_id", BigId, primary_key=True),
    Column("period", PERIOD, nullable=False),
    Column("version", Integer, nullable=False),
    Column("person_id", PERSON_ID, nullable=False),
    Column("what", String(16), nullable=False),
    # The month and the rule that gave the money.
    Column("month_worked", PERIOD, nullable=False),
    Column("rule", String(64), nullable=False),
    # Empty where no deal is known.
    Column("deal_id", String(255), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    # Of what is held back: until when, and what becomes of it then.
    Column("due_on", Date),
    Column("otherwise", String(8), nullable=False, server_default=""),
    Column("plan_hash", HASH, nullable=False),
    CheckConstraint("what IN ('earned', 'held', 'released', 'forfeited', 'taken')", name="what"),
    of_closing(),
    Index("ix_line_deal_person_id", "person_id"),
    Index("ix_line_deal_deal_id", "deal_id"),
)

approval = Table(
    "approval",
    METADATA,
    Column("period", PERIOD, primary_key=True),
    Column("version", Integer, primary_key=True),
    # 2 where the amount needs two people.
    Column("position", Integer, primary_key=True),
    Column("approved_at", UtcDateTime, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("person_id", PERSON_ID),
    # Of the closing document: what they saw.
    Column("document_hash", HASH, nullable=False),
    CheckConstraint("position IN (1, 2)", name="position"),
    of_closing(),
)

withdrawal = Table(
    "withdrawal",
    METADATA,
    Column("period", PERIOD, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("withdrawn_at", UtcDateTime, nullable=False),
    Column("withdrawn_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    of_closing(),
)

payment = Table(
    "payment",
    METADATA,
    Column("period", PERIOD, primary_key=True),
    # 1, 2, 3 for the lists that payroll returned; 0 for a month that was paid at once, as months were before.
    Column("position", Integer, primary_key=True, server_default="0", autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("paid_at", UtcDateTime, nullable=False),
    Column("paid_by", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("document_hash", HASH, nullable=False),
    of_closing(),
)

# What finance decided about a net reduction of a closed month; the latest one holds for what still waits.
reduction_decision = Table(
    "reduction_decision",
    METADATA,
    Column("decision_id", BigId, primary_key=True),
    Column("person_id", PERSON_ID, nullable=False),
    # The month that was reduced, and the period that posted the reduction.
    Column("month_worked", PERIOD, nullable=False),
    Column("posted_in", PERIOD, nullable=False),
    Column("verdict", String(24), nullable=False),
    Column("reference", Text, nullable=False),
    Column("why", Text, nullable=False),
    # What waited then.
    Column("amount_minor", BigInteger, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_by_person", PERSON_ID),
    CheckConstraint(
        "verdict IN ('advance_agreed', 'arithmetical_error', 'written_consent', 'written_off', 'waits')",
        name="verdict",
    ),
    Index("ix_reduction_decision_person_id", "person_id"),
)

# What the end of a month asked of somebody, each once: the answer is not stored, the month itself tells it.
reminder = Table(
    "reminder",
    METADATA,
    Column("period", PERIOD, primary_key=True),
    # Of the closing that it is about; 0 before the first.
    Column("version", Integer, primary_key=True),
    Column("task", String(16), primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("reminded_at", UtcDateTime, nullable=False),
    CheckConstraint(
        "task IN ('close', 'close_late', 'approve', 'approve_late', 'pay', 'pay_late')",
        name="task",
    ),
)
