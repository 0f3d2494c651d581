"""The derived tables: facts, marks, scorecards, lines and standings, all of which can be made again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Date, Index, Integer, String, Table, Text, text

from service.store.columns import METADATA, UtcDateTime
from service.store.dialect import BigId
from service.store.tables import HASH, PERIOD, PERSON_ID

# Which events concern a person's day: the way from a fact back to its events, and what a rebuilt day is made from.
event_credit = Table(
    "event_credit",
    METADATA,
    Column("person_id", PERSON_ID, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("event_id", BigId, primary_key=True, autoincrement=False),
    Index("ix_event_credit_event_id", "event_id"),
)

fact = Table(
    "fact",
    METADATA,
    Column("person_id", PERSON_ID, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("metric", String(64), primary_key=True),
    Column("slice", String(255), primary_key=True),
    # Counts, seconds, minor units, or value x 10^n of a decimal metric.
    Column("value", BigInteger, nullable=False),
    # When the last positive contribution happened: decides the order inside a tie.
    Column("reached_at", UtcDateTime),
)

# What a distinct metric counts: its value is the number of different keys in the days asked for.
fact_key = Table(
    "fact_key",
    METADATA,
    Column("person_id", PERSON_ID, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("metric", String(64), primary_key=True),
    Column("slice", String(255), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("events", BigInteger, nullable=False),
    Column("reached_at", UtcDateTime),
)

# Which event takes another one back or stands in its place; by external ids, because it may come before that one.
event_correction = Table(
    "event_correction",
    METADATA,
    Column("source_id", String(64), primary_key=True),
    Column("target", String(255), primary_key=True),
    Column("external_id", String(255), primary_key=True),
    Column("op", String(16), nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    CheckConstraint("op IN ('void', 'replace')", name="op"),
    Index("ix_event_correction_source_external", "source_id", "external_id"),
)

# Its row is the lock of one person's day, held by whoever adds to the day or makes it again.
fact_day = Table(
    "fact_day",
    METADATA,
    Column("person_id", PERSON_ID, primary_key=True),
    Column("day", Date, primary_key=True),
)

# Inserted always and without a conflict clause: an ingest never waits for a scoring transaction. Claimed by deleting.
stale = Table(
    "stale",
    METADATA,
    Column("mark_id", BigId, primary_key=True),
    Column("person_id", PERSON_ID, nullable=False),
    Column("period", PERIOD, nullable=False),
    Column("marked_at", UtcDateTime, nullable=False),
    # Nothing of the person's own changed, only something below: it is scored after the members and marks nobody.
    Column("for_team", Boolean, nullable=False),
    Index("ix_stale_period_person", "period", "person_id"),
    Index("ix_stale_for_team_mark_id", "for_team", "mark_id"),
)

# A person's month: its row is the lock that a scoring transaction holds before it reads facts.
scorecard = Table(
    "scorecard",
    METADATA,
    Column("person_id", PERSON_ID, primary_key=True),
    Column("period", PERIOD, primary_key=True),
    Column("role", String(64), nullable=False, server_default=""),
    Column("team", String(64), nullable=False, server_default=""),
    Column("plan_hash", HASH, nullable=False, server_default=""),
    # null where nothing can be ranked: no plan, no target or no day present
    Column("score_tenths", BigInteger),
    Column("reached_at", UtcDateTime),
    Column("document", Text, nullable=False, server_default="{}"),
)

earning_line = Table(
    "earning_line",
    METADATA,
    Column("person_id", PERSON_ID, primary_key=True),
    # The period that will post the line, and the month the work was done in.
    Column("period", PERIOD, primary_key=True),
    Column("month_worked", PERIOD, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("rule", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("label", Text, nullable=False),
    Column("label_bg", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    # payable, information (payroll pays it), proposed (a net reduction of a closed month, waits for finance) or
    # forfeited (was held back and will not be paid)
    Column("disposition", String(16), nullable=False),
    Column("plan_hash", HASH, nullable=False),
    # Why, as canonical JSON: the explanation of the plan language, or the cause of an adjustment.
    Column("explanation", Text, nullable=False),
    # Where the money comes from: the expense of the rule, what is held back, or what was advanced.
    Column("charge", String(8), nullable=False, server_default="expense"),
    # What deals have in it, as canonical JSON; kept by the close as rows of `line_deal`.
    Column("parts", Text, nullable=False, server_default="[]"),
    Index("ix_earning_line_period", "period", "person_id"),
    # Of the few lines that reduce a closed month.
    Index(
        "ix_earning_line_proposed",
        "person_id",
        postgresql_where=text("disposition = 'proposed'"),
        sqlite_where=text("disposition = 'proposed'"),
    ),
)

# What the plan was evaluated on: with the plan hash it makes the same lines again.
earning_input = Table(
    "earning_input",
    METADATA,
    Column("person_id", PERSON_ID, primary_key=True),
    Column("period", PERIOD, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("plan_hash", HASH, nullable=False),
    Column("engine", Integer, nullable=False),
    Column("snapshot", Text, nullable=False),
    Column("snapshot_hash", HASH, nullable=False),
    # What deals have in the measures of the rules, and what is due back of them, as canonical JSON.
    Column("deals", Text, nullable=False, server_default="{}"),
)

standing = Table(
    "standing",
    METADATA,
    Column("board", String(64), primary_key=True),
    Column("period", PERIOD, primary_key=True),
    Column("person_id", PERSON_ID, primary_key=True),
    Column("team", String(64), nullable=False),
    Column("score_tenths", BigInteger, nullable=False),
    Column("reached_at", UtcDateTime, nullable=False),
    Index("ix_standing_board_period_score", "board", "period", "score_tenths", "reached_at", "person_id"),
)

board = Table(
    "board",
    METADATA,
    Column("board", String(64), primary_key=True),
    Column("period", PERIOD, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

# The steps of ramps: what is asked of a person on the days of a week, on the way to the target of the table.
ramp_week = Table(
    "ramp_week",
    METADATA,
    Column("person_id", PERSON_ID, primary_key=True),
    Column("role", String(64), primary_key=True),
    Column("standard", String(64), primary_key=True),
    Column("first_day", Date, primary_key=True),
    Column("last_day", Date, nullable=False),
    Column("starts_on", Date, nullable=False),
    # Exact fractions as text, per unit of the standard; the median is a ratio.
    Column("amount", Text, nullable=False),
    Column("goal", Text, nullable=False),
    Column("median", Text),
    Column("hold_below", Text),
    Column("held", Boolean, nullable=False),
    # A step whose week before is not over is a forecast.
    Column("decided", Boolean, nullable=False),
    Index("ix_ramp_week_decided_first_day", "decided", "first_day"),
)
