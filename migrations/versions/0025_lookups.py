"""Events by day and waiting ones by reason are looked up; backfills keep why they are broken or wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_event_day", "event", ["day"], postgresql_using="brin")
    op.create_index("ix_quarantine_reason_event_id", "quarantine", ["reason", "event_id"])
    op.add_column("backfill", sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("backfill_part", sa.Column("failure", sa.Text(), nullable=False, server_default=""))
    op.add_column("backfill_part", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("backfill_part", "not_before")
    op.drop_column("backfill_part", "failure")
    op.drop_column("backfill", "reason")
    op.drop_index("ix_quarantine_reason_event_id", table_name="quarantine")
    op.drop_index("ix_event_day", table_name="event")
