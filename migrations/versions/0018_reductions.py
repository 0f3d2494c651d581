"""What finance decided about reductions of closed months: who, when, on what basis; only ever added to."""

# A later migration that makes this table anew (a batch on SQLite does) must make its triggers again.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

REFUSAL = "the books are only ever added to"

TABLE = "reduction_decision"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("month_worked", sa.String(length=7), nullable=False),
        sa.Column("posted_in", sa.String(length=7), nullable=False),
        sa.Column("verdict", sa.String(length=24), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_by_person", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "verdict IN ('advance_agreed', 'arithmetical_error', 'written_consent', 'written_off', 'waits')",
            name=op.f("ck_reduction_decision_verdict"),
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_reduction_decision")),
    )
    op.create_index("ix_reduction_decision_person_id", TABLE, ["person_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION books_are_append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_{change.lower()} BEFORE {change} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    # INSERT OR REPLACE takes a row away without asking the trigger of DELETE.
    taken = f"EXISTS (SELECT 1 FROM {TABLE} WHERE decision_id = NEW.decision_id)"  # noqa: S608 - names of this file
    op.execute(
        f"CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE} WHEN {taken} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def downgrade() -> None:
    op.drop_table(TABLE)
