"""Holds of events, people who answer for events, and flags with their evidence."""

# Expand now, contract in the next release: a site is running while this is applied, and an operator may skip versions.
# Write every constraint's name, on both databases; import nothing from `service`.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "event_hold",
        sa.Column("event_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("held_at", MOMENT, nullable=False),
        sa.Column("held_by", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_why", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('held', 'released', 'rejected')", name=op.f("ck_event_hold_state")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_hold")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_event_hold_source_id_external_id")),
    )
    op.create_table(
        "event_vouch",
        sa.Column("event_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("vouched_at", MOMENT, nullable=False),
        sa.Column("vouched_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_vouch")),
    )
    op.create_table(
        "flag",
        sa.Column("flag_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("resolved_by", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("flag_id", name=op.f("pk_flag")),
    )
    op.create_index("ix_flag_period_person", "flag", ["period", "person_id"])
    op.create_table(
        "flag_look",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_flag_look")),
    )


def downgrade() -> None:
    op.drop_table("flag_look")
    op.drop_index("ix_flag_period_person", table_name="flag")
    op.drop_table("flag")
    op.drop_table("event_vouch")
    op.drop_table("event_hold")
