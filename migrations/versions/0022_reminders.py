"""Reminders: what the end of a month asked of somebody, each once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "task IN ('close', 'close_late', 'approve', 'approve_late', 'pay', 'pay_late')",
            name=op.f("ck_reminder_task"),
        ),
        sa.PrimaryKeyConstraint("period", "version", "task", name=op.f("pk_reminder")),
    )


def downgrade() -> None:
    op.drop_table("reminder")
