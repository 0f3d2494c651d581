"""Approvals, withdrawals and payments of closed months: who, when, of which document; only ever added to."""

# A later migration that makes one of these tables anew (a batch on SQLite does) must make its triggers again.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

REFUSAL = "the books are only ever added to"

KEYS = {
    "approval": (("period", "version", "position"),),
    "withdrawal": (("period", "version"),),
    "payment": (("period",),),
}
"""The new tables and what is unique in each."""

ENTRY_KEYS = {
    "narrow": (("entry_id",), ("period", "version", "person_id", "month_worked")),
    "wide": (("entry_id",), ("period", "version", "person_id", "month_worked", "document")),
}
"""What is unique in an entry before and after."""


def upgrade() -> None:
    _closing_tables()
    op.add_column("api_key", sa.Column("person_id", sa.String(length=64), nullable=True))
    op.add_column("closing", sa.Column("closed_by_person", sa.String(length=64), nullable=True))
    if _is_postgresql():
        for table in KEYS:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION books_are_append_only()"
            )
        _entry_of_any_document()
        return
    for table, keys in KEYS.items():
        _guard(table, keys)
    _put_postings_aside()
    _entry_of_any_document()
    _put_postings_back()
    _guard("ledger_entry", ENTRY_KEYS["wide"])


def _closing_tables() -> None:
    closing = (["period", "version"], ["closing.period", "closing.version"])
    op.create_table(
        "approval",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("document_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("position IN (1, 2)", name=op.f("ck_approval_position")),
        sa.ForeignKeyConstraint(*closing, name=op.f("fk_approval_period_version")),
        sa.PrimaryKeyConstraint("period", "version", "position", name=op.f("pk_approval")),
    )
    op.create_table(
        "withdrawal",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(*closing, name=op.f("fk_withdrawal_period_version")),
        sa.PrimaryKeyConstraint("period", "version", name=op.f("pk_withdrawal")),
    )
    op.create_table(
        "payment",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_by", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("document_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(*closing, name=op.f("fk_payment_period_version")),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_payment")),
    )


def _entry_of_any_document() -> None:
    with op.batch_alter_table("ledger_entry") as batch:
        batch.add_column(sa.Column("document", sa.String(length=16), server_default="closing", nullable=False))
        batch.drop_constraint(op.f("uq_ledger_entry_period_version_person_id_month_worked"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_ledger_entry_period_version_person_id_month_worked_document"),
            ["period", "version", "person_id", "month_worked", "document"],
        )
        batch.create_check_constraint(
            op.f("ck_ledger_entry_document"), "document IN ('closing', 'withdrawal', 'payment')"
        )


def _put_postings_aside() -> None:
    """SQLite makes `ledger_entry` anew, and lets go of no row that a posting belongs to."""
    op.execute("CREATE TABLE posting_aside AS SELECT * FROM posting")
    op.execute("DROP TRIGGER posting_no_delete")
    op.execute("DELETE FROM posting")


def _put_postings_back() -> None:
    op.execute("INSERT INTO posting SELECT * FROM posting_aside")
    op.execute("DROP TABLE posting_aside")
    op.execute(f"CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")


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
    """Withdrawals and payments have no place in the tables before: with any of them the constraint refuses."""
    if not _is_postgresql():
        _put_postings_aside()
    with op.batch_alter_table("ledger_entry") as batch:
        batch.drop_constraint(op.f("ck_ledger_entry_document"), type_="check")
        batch.drop_constraint(op.f("uq_ledger_entry_period_version_person_id_month_worked_document"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_ledger_entry_period_version_person_id_month_worked"),
            ["period", "version", "person_id", "month_worked"],
        )
        batch.drop_column("document")
    if not _is_postgresql():
        _put_postings_back()
        _guard("ledger_entry", ENTRY_KEYS["narrow"])
    op.drop_column("closing", "closed_by_person")
    op.drop_column("api_key", "person_id")
    for table in KEYS:
        op.drop_table(table)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
