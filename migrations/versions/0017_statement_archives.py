"""All statements of a month as files: what was asked for, and the parts printed so far."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statement_archive",
        sa.Column("archive_id", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("archive_id", name=op.f("pk_statement_archive")),
    )
    op.create_index("ix_statement_archive_ended_at", "statement_archive", ["ended_at"])
    op.create_table(
        "statement_archive_part",
        sa.Column("archive_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("statements", sa.Integer(), nullable=False),
        sa.Column("last_person", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["archive_id"], ["statement_archive.archive_id"], name=op.f("fk_statement_archive_part_archive_id")
        ),
        sa.PrimaryKeyConstraint("archive_id", "number", name=op.f("pk_statement_archive_part")),
    )


def downgrade() -> None:
    op.drop_table("statement_archive_part")
    op.drop_index("ix_statement_archive_ended_at", table_name="statement_archive")
    op.drop_table("statement_archive")
