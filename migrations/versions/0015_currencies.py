"""Exchange rates of the company, and the money of events that they converted; both are only ever added to."""

# A later migration that makes one of these tables anew (a batch on SQLite does) must make its triggers again.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

REFUSAL = "the books are only ever added to"

KEYS = {"exchange_rate": ("rate_id",), "event_conversion": ("event_id",)}
"""The new tables and what is unique in each."""


def upgrade() -> None:
    big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "exchange_rate",
        sa.Column("rate_id", big_id, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("holds_until", sa.Date(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("rate_id", name=op.f("pk_exchange_rate")),
    )
    op.create_index("ix_exchange_rate_currency_day", "exchange_rate", ["currency", "day"])
    op.create_table(
        "event_conversion",
        sa.Column("event_id", big_id, autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("converted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_conversion")),
    )
    op.add_column("quarantine", sa.Column("currency", sa.String(length=16), nullable=True))
    for table, (key,) in KEYS.items():
        _guard(table, key)


def _guard(table: str, key: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION books_are_append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    # INSERT OR REPLACE takes a row away without asking the trigger of DELETE.
    taken = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 - names of this file
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def downgrade() -> None:
    op.drop_column("quarantine", "currency")
    for table in KEYS:
        op.drop_table(table)
