"""The parts of posted lines by deal, which are only ever added to, and the deal of every event."""

# A later migration that makes `line_deal` anew (a batch on SQLite does) must make its triggers again.

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

REFUSAL = "the parts of posted lines are only ever added to"

DEAL_LENGTH = 255
"""Characters of a deal's id that its column holds; of a longer one the hash is kept."""

AT_ONCE = 10_000
"""Events read at once: they may be millions."""


def upgrade() -> None:
    op.create_table(
        "line_deal",
        sa.Column("part_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("month_worked", sa.String(length=7), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("deal_id", sa.String(length=255), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("otherwise", sa.String(length=8), server_default="", nullable=False),
        sa.Column("plan_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "what IN ('earned', 'held', 'released', 'forfeited', 'taken')", name=op.f("ck_line_deal_what")
        ),
        sa.ForeignKeyConstraint(
            ["period", "version"], ["closing.period", "closing.version"], name=op.f("fk_line_deal_period_version")
        ),
        sa.PrimaryKeyConstraint("part_id", name=op.f("pk_line_deal")),
    )
    op.create_index("ix_line_deal_person_id", "line_deal", ["person_id"])
    op.create_index("ix_line_deal_deal_id", "line_deal", ["deal_id"])
    _refuse_changes()
    op.add_column("earning_line", sa.Column("charge", sa.String(length=8), server_default="expense", nullable=False))
    op.add_column("earning_line", sa.Column("parts", sa.Text(), server_default="[]", nullable=False))
    op.add_column("earning_input", sa.Column("deals", sa.Text(), server_default="{}", nullable=False))
    op.add_column("event", sa.Column("deal_id", sa.String(length=255), nullable=True))
    op.create_index("ix_event_deal_id", "event", ["deal_id"])
    _note_deals()


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"""
            CREATE FUNCTION line_deal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
            END
            $$
            """
        )
        op.execute(
            "CREATE TRIGGER line_deal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON line_deal "
            "FOR EACH STATEMENT EXECUTE FUNCTION line_deal_is_append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER line_deal_no_{change.lower()} BEFORE {change} ON line_deal "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _note_deals() -> None:
    """The deal of every event that is kept already."""
    connection = op.get_bind()
    event = sa.table("event", sa.column("event_id"), sa.column("document"), sa.column("deal_id"))
    noting = sa.update(event).where(event.c.event_id == sa.bindparam("number")).values(deal_id=sa.bindparam("deal"))
    after = 0
    while True:
        rows = connection.execute(
            sa.select(event.c.event_id, event.c.document)
            .where(event.c.event_id > after)
            .order_by(event.c.event_id)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        found = [{"number": row.event_id, "deal": deal} for row in rows if (deal := _deal_of(row.document))]
        if found:
            connection.execute(noting, found)
        after = rows[-1].event_id


def _deal_of(document: str) -> str:
    told = json.loads(document)["data"].get("deal_id")
    text = "" if told is None or isinstance(told, dict | list) else str(told)
    return text if len(text) <= DEAL_LENGTH else hashlib.sha256(text.encode()).hexdigest()


def downgrade() -> None:
    op.drop_index("ix_event_deal_id", table_name="event")
    op.drop_column("event", "deal_id")
    op.drop_column("earning_input", "deals")
    op.drop_column("earning_line", "parts")
    op.drop_column("earning_line", "charge")
    op.drop_table("line_deal")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION line_deal_is_append_only()")
