"""The tables of awards: points by day, streaks by month, badges; derived like facts, and a badge is kept by a close."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, String, Table, Text

from service.store.columns import METADATA
from service.store.tables import HASH, PERIOD, PERSON_ID

# What one rule of a plan gave one person for one day; a day lengthens a streak also where it gives no points.
points_day = Table(
    "points_day",
    METADATA,
    Column("person_id", PERSON_ID, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("rule", String(64), primary_key=True),
    Column("plan_hash", HASH, nullable=False),
    Column("points", BigInteger, nullable=False),
    # What was counted, as an exact number: "25", "2521/2".
    Column("value", Text, nullable=False),
    # The days in a row that a streak had reached; 0 of any other rule.
    Column("length", Integer, nullable=False),
)

streak = Table(
    "streak",
    METADATA,
    Column("person_id", PERSON_ID, primary_key=True),
    Column("period", PERIOD, primary_key=True),
    Column("plan_id", String(64), primary_key=True),
    Column("rule", String(64), primary_key=True),
    Column("plan_hash", HASH, nullable=False),
    # The length on the evening before the month, and on its last evening.
    Column("carried_in", Integer, nullable=False),
    Column("carried_out", Integer, nullable=False),
)

# Its row is also the lock of whoever looks whether the badge is won.
badge = Table(
    "badge",
    METADATA,
    Column("person_id", PERSON_ID, primary_key=True),
    Column("plan_id", String(64), primary_key=True),
    Column("badge", String(64), primary_key=True),
    # The plan by which it was looked for last; empty before the first time.
    Column("plan_hash", HASH, nullable=False),
    # The day on which it was won; null if it was looked for and not found.
    Column("day", Date),
    # Won in a month that was closed since: it stays, whatever becomes of the facts.
    Column("kept", Boolean, nullable=False),
)
