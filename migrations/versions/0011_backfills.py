"""History that is read in parts: how far each backfill is, and the parts that wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backfill",
        sa.Column("backfill_id", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("parts_done", sa.Integer(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('receiving', 'waiting', 'done', 'broken')", name=op.f("ck_backfill_state")),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_backfill_source_id")),
        sa.PrimaryKeyConstraint("backfill_id", name=op.f("pk_backfill")),
    )
    op.create_index("ix_backfill_source_id_fingerprint", "backfill", ["source_id", "fingerprint"])
    op.create_table(
        "backfill_part",
        sa.Column("backfill_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_row", sa.Integer(), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["backfill_id"], ["backfill.backfill_id"], name=op.f("fk_backfill_part_backfill_id")),
        sa.PrimaryKeyConstraint("backfill_id", "number", name=op.f("pk_backfill_part")),
    )


def downgrade() -> None:
    op.drop_table("backfill_part")
    op.drop_index("ix_backfill_source_id_fingerprint", table_name="backfill")
    op.drop_table("backfill")
