"""Privacy: erasures, what is kept no longer; a name in the audit log and a statement over its term can go."""

# Expand now, contract in the next release: a site is running while this is applied, and an operator may skip versions.
# Write every constraint's name, on both databases; import nothing from `service`.
# A later migration that makes `audit` or `statement` anew (a batch on SQLite does) must make these triggers again.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

REFUSAL = "the audit log is only ever added to"

BOOKS_REFUSAL = "the books are only ever added to"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

OPEN = "EXISTS (SELECT 1 FROM erasure WHERE ended_at IS NULL)"

OVER = "EXISTS (SELECT 1 FROM pruned WHERE kind = 'statements' AND through >= OLD.period)"

SAME = "OLD.audit_id = NEW.audit_id AND OLD.at = NEW.at AND OLD.what = NEW.what"


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("erasure_id", BIG_ID, nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_erasure_person_id")),
        sa.PrimaryKeyConstraint("erasure_id", name=op.f("pk_erasure")),
    )
    op.create_table(
        "pruned",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("through", sa.String(length=7), nullable=False),
        sa.CheckConstraint("kind IN ('events', 'statements')", name=op.f("ck_pruned_kind")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_pruned")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_append_only ON audit")
        op.execute(
            "CREATE TRIGGER audit_append_only BEFORE DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
        )
        op.execute(
            f"""
            CREATE FUNCTION audit_lets_names_go() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT ({SAME} AND {OPEN}) THEN
                    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END
            $$
            """
        )
        op.execute(
            "CREATE TRIGGER audit_no_change BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_lets_names_go()"
        )
        op.execute("DROP TRIGGER statement_append_only ON statement")
        op.execute(
            "CREATE TRIGGER statement_append_only BEFORE UPDATE OR TRUNCATE ON statement "
            "FOR EACH STATEMENT EXECUTE FUNCTION books_are_append_only()"
        )
        op.execute(
            f"""
            CREATE FUNCTION statement_is_kept_for_its_term() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT {OVER} THEN
                    RAISE EXCEPTION '{BOOKS_REFUSAL}' USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN OLD;
            END
            $$
            """
        )
        op.execute(
            "CREATE TRIGGER statement_no_delete BEFORE DELETE ON statement "
            "FOR EACH ROW EXECUTE FUNCTION statement_is_kept_for_its_term()"
        )
        return
    op.execute("DROP TRIGGER statement_no_delete")
    op.execute(
        f"CREATE TRIGGER statement_no_delete BEFORE DELETE ON statement WHEN NOT {OVER} "
        f"BEGIN SELECT RAISE(ABORT, '{BOOKS_REFUSAL}'); END"
    )
    op.execute("DROP TRIGGER audit_no_update")
    op.execute(
        f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit WHEN NOT ({SAME} AND {OPEN}) "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER statement_no_delete ON statement")
        op.execute("DROP FUNCTION statement_is_kept_for_its_term()")
        op.execute("DROP TRIGGER statement_append_only ON statement")
        op.execute(
            "CREATE TRIGGER statement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON statement "
            "FOR EACH STATEMENT EXECUTE FUNCTION books_are_append_only()"
        )
        op.execute("DROP TRIGGER audit_no_change ON audit")
        op.execute("DROP FUNCTION audit_lets_names_go()")
        op.execute("DROP TRIGGER audit_append_only ON audit")
        op.execute(
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
        )
    else:
        op.execute("DROP TRIGGER statement_no_delete")
        op.execute(
            "CREATE TRIGGER statement_no_delete BEFORE DELETE ON statement "
            f"BEGIN SELECT RAISE(ABORT, '{BOOKS_REFUSAL}'); END"
        )
        op.execute("DROP TRIGGER audit_no_update")
        op.execute(f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
    op.drop_table("pruned")
    op.drop_table("erasure")
