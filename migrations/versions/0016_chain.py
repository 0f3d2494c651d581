"""The chain of the books: every document with the hash of the one before it, signed; only ever added to."""

# Documents that are here already are not signed by this: `stimul ledger sign` begins the chain with them.
# A later migration that makes one of these tables anew (a batch on SQLite does) must make its triggers again.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

REFUSAL = "the books are only ever added to"

KEYS = {
    "signing_key": (("key_id",),),
    "chain_link": (("number",), ("document", "period", "version", "position")),
    "chain_leaf": (("number", "person_id"),),
}
"""The new tables and what is unique in each."""


def upgrade() -> None:
    op.create_table(
        "signing_key",
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("public_key", sa.String(length=44), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_signing_key")),
    )
    op.create_table(
        "chain_link",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.String(length=16), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("signature", sa.String(length=88), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["signing_key.key_id"], name=op.f("fk_chain_link_key_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_chain_link")),
        sa.UniqueConstraint(
            "document", "period", "version", "position", name=op.f("uq_chain_link_document_period_version_position")
        ),
    )
    op.create_table(
        "chain_leaf",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", "person_id", name=op.f("pk_chain_leaf")),
    )
    for table, keys in KEYS.items():
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION books_are_append_only()"
            )
        else:
            _guard(table, keys)


def _guard(table: str, keys: tuple[tuple[str, ...], ...]) -> None:
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    # INSERT OR REPLACE takes a row away without asking the trigger of DELETE.
    taken = " OR ".join(
        "EXISTS (SELECT 1 FROM " + table + " WHERE " + " AND ".join(f"{name} = NEW.{name}" for name in key) + ")"  # noqa: S608 - names of this file
        for key in keys
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def downgrade() -> None:
    for table in ("chain_leaf", "chain_link", "signing_key"):
        op.drop_table(table)
