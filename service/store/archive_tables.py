"""The tables of archives: all statements of a month as files, printed in the background and kept for some days."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from service.store.columns import METADATA, UtcDateTime
from service.store.tables import PERIOD, PERSON_ID

statement_archive = Table(
    "statement_archive",
    METADATA,
    Column("archive_id", String(32), primary_key=True),
    Column("period", PERIOD, nullable=False),
    Column("version", Integer, nullable=False),
    Column("language", String(2), nullable=False),
    # Statements of the closing when the archive was asked for.
    Column("total", Integer, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("asked_by", Text, nullable=False),
    # Empty while nothing went wrong.
    Column("failure", Text, nullable=False, server_default=""),
    Column("ended_at", UtcDateTime),
    Index("ix_statement_archive_ended_at", "ended_at"),
)

# One ZIP each, so that neither printing nor handing out ever holds more than one part.
statement_archive_part = Table(
    "statement_archive_part",
    METADATA,
    Column("archive_id", String(32), ForeignKey("statement_archive.archive_id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("statements", Integer, nullable=False),
    Column("last_person", PERSON_ID, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
