"""Questions about lines: which line, how far the conversation is, and every message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "question",
        sa.Column("question_id", ID, nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("month_worked", sa.String(length=7), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("label_bg", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'answered', 'corrected')", name=op.f("ck_question_state")),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_question")),
        sa.UniqueConstraint(
            "person_id", "period", "month_worked", "rule", name=op.f("uq_question_person_id_period_month_worked_rule")
        ),
    )
    op.create_index("ix_question_state_due_on", "question", ["state", "due_on"])
    op.create_table(
        "question_message",
        sa.Column("question_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("is_answer", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.question_id"], name=op.f("fk_question_message_question_id")
        ),
        sa.PrimaryKeyConstraint("question_id", "number", name=op.f("pk_question_message")),
    )


def downgrade() -> None:
    op.drop_table("question_message")
    op.drop_index("ix_question_state_due_on", table_name="question")
    op.drop_table("question")
