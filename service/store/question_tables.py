"""The tables of questions about lines of money."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from service.store.columns import METADATA, UtcDateTime
from service.store.dialect import BigId
from service.store.tables import PERIOD, PERSON_ID

question = Table(
    "question",
    METADATA,
    Column("question_id", BigId, primary_key=True),
    Column("person_id", PERSON_ID, nullable=False),
    Column("period", PERIOD, nullable=False),
    Column("month_worked", PERIOD, nullable=False),
    Column("rule", String(64), nullable=False),
    Column("label", Text, nullable=False),
    Column("label_bg", Text, nullable=False),
    Column("state", String(16), nullable=False),
    # When the person wrote last, and until when that is to be answered.
    Column("asked_at", UtcDateTime, nullable=False),
    Column("due_on", Date, nullable=False),
    CheckConstraint("state IN ('open', 'answered', 'corrected')", name="state"),
    UniqueConstraint("person_id", "period", "month_worked", "rule"),
    Index("ix_question_state_due_on", "state", "due_on"),
)

question_message = Table(
    "question_message",
    METADATA,
    Column("question_id", BigId, ForeignKey("question.question_id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    # Whose question it is, so that an export of a person has it.
    Column("person_id", PERSON_ID, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("written_by", Text, nullable=False),
    Column("is_answer", Boolean, nullable=False),
    Column("text", Text, nullable=False),
)
