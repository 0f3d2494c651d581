"""An index of the few lines that reduce a closed month: a checklist and a list of reductions read no other line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_earning_line_proposed", "earning_line"


def upgrade() -> None:
    of_few = sa.text("disposition = 'proposed'")
    op.create_index(NAME, TABLE, ["person_id"], postgresql_where=of_few, sqlite_where=of_few)


def downgrade() -> None:
    op.drop_index(NAME, TABLE)
