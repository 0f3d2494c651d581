"""Payments by list: an approved month is paid by as many lists as payroll returns; only ever added to."""

# A later migration that makes one of these tables anew (a batch on SQLite does) must make its triggers again.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

REFUSAL = "the books are only ever added to"

ENTRY = ["period", "version", "person_id", "month_worked", "document"]
WIDE, NARROW = "uq_ledger_entry", "uq_ledger_entry_period_version_person_id_month_worked_document"

KEYS = {
    "wide": {"ledger_entry": (("entry_id",), (*ENTRY, "position")), "payment": (("period", "position"),)},
    "narrow": {"ledger_entry": (("entry_id",), tuple(ENTRY)), "payment": (("period",),)},
}
"""What is unique in each table after and before."""


def upgrade() -> None:
    _begin()
    with op.batch_alter_table("ledger_entry") as batch:
        batch.add_column(_position())
        batch.drop_constraint(op.f(NARROW), type_="unique")
        batch.create_unique_constraint(op.f(WIDE), [*ENTRY, "position"])
    with op.batch_alter_table("payment") as batch:
        batch.add_column(_position())
        batch.drop_constraint(op.f("pk_payment"), type_="primary")
        batch.create_primary_key(op.f("pk_payment"), ["period", "position"])
    _end("wide")


def downgrade() -> None:
    """What lists paid has no place in the tables before, nor in the chain that signed it by its number."""
    if op.get_bind().execute(sa.text("SELECT count(*) FROM payment WHERE position > 0")).scalar_one():
        message = "Payments were noted by list; the tables before cannot hold them. Restore the backup from before."
        raise RuntimeError(message)
    _begin()
    with op.batch_alter_table("payment") as batch:
        batch.drop_constraint(op.f("pk_payment"), type_="primary")
        batch.create_primary_key(op.f("pk_payment"), ["period"])
        batch.drop_column("position")
    with op.batch_alter_table("ledger_entry") as batch:
        batch.drop_constraint(op.f(WIDE), type_="unique")
        batch.create_unique_constraint(op.f(NARROW), ENTRY)
        batch.drop_column("position")
    _end("narrow")


def _position() -> sa.Column[int]:
    return sa.Column("position", sa.Integer(), server_default="0", nullable=False)


def _begin() -> None:
    """SQLite makes `ledger_entry` anew, and lets go of no row that a posting belongs to."""
    if _is_postgresql():
        return
    op.execute("CREATE TABLE posting_aside AS SELECT * FROM posting")
    op.execute("DROP TRIGGER posting_no_delete")
    op.execute("DELETE FROM posting")


def _end(width: str) -> None:
    if _is_postgresql():
        return
    op.execute("INSERT INTO posting SELECT * FROM posting_aside")
    op.execute("DROP TABLE posting_aside")
    op.execute(f"CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
    for table, keys in KEYS[width].items():
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


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
