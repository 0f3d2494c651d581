"""Ramps: what each began at, and its weekly steps."""

# Expand now, contract in the next release: a site is running while this is applied, and an operator may skip versions.
# Write every constraint's name, on both databases; import nothing from `service`.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ramp",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("standard", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("baseline", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_ramp_person_id")),
        sa.PrimaryKeyConstraint("person_id", "role", "standard", "starts_on", name=op.f("pk_ramp")),
    )
    op.create_table(
        "ramp_week",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("standard", sa.String(length=64), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("median", sa.Text(), nullable=True),
        sa.Column("hold_below", sa.Text(), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("decided", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "role", "standard", "first_day", name=op.f("pk_ramp_week")),
    )
    op.create_index("ix_ramp_week_decided_first_day", "ramp_week", ["decided", "first_day"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_ramp_week_decided_first_day", table_name="ramp_week")
    op.drop_table("ramp_week")
    op.drop_table("ramp")
