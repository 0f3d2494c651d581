"""The books are only ever added to: the database itself refuses to change or delete a row of them."""

# A later migration that makes one of these tables anew (a batch on SQLite does) must make its triggers again.

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

REFUSAL = "the books are only ever added to"

KEYS = {
    "closing": (("period", "version"),),
    "ledger_entry": (("entry_id",), ("period", "version", "person_id", "month_worked")),
    "posting": (("entry_id", "account"),),
    "statement": (("person_id", "period", "version"),),
}
"""The tables of the books and what is unique in each."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"""
            CREATE FUNCTION books_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
            END
            $$
            """
        )
        for table in KEYS:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION books_are_append_only()"
            )
        return
    for table, keys in KEYS.items():
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
    if op.get_bind().dialect.name == "postgresql":
        for table in KEYS:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute("DROP FUNCTION books_are_append_only()")
        return
    for table in KEYS:
        for change in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER {table}_no_{change}")
