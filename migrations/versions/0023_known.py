"""What a close knew is kept with it, so that its month can be worked out again; and the replays that were asked for."""

# Expand now, contract in the next release: a site is running while this is applied, and an operator may skip versions.
# Write every constraint's name, on both databases; import nothing from `service`.
# A later migration that makes `known` anew (a batch on SQLite does) must make its triggers again.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

REFUSAL = "the books are only ever added to"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

OVER = "EXISTS (SELECT 1 FROM pruned WHERE kind = 'statements' AND through >= OLD.period)"
"""A row may go when the statements of its closing may."""

ERASING = (
    "OLD.kind = 'alias' AND OLD.known_id = NEW.known_id AND OLD.period = NEW.period AND OLD.version = NEW.version "
    "AND OLD.kind = NEW.kind AND OLD.name = NEW.name AND EXISTS (SELECT 1 FROM erasure WHERE ended_at IS NULL)"
)
"""While somebody is erased, stand-ins may take the place of user ids."""


def upgrade() -> None:
    op.create_table(
        "known",
        sa.Column("known_id", BIG_ID, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("known_id", name=op.f("pk_known")),
    )
    op.create_index("ix_known_kind_month_name", "known", ["kind", "month", "name", "known_id"])
    op.create_index("ix_known_period_version", "known", ["period", "version"])
    op.create_table(
        "unkept",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "period", name=op.f("pk_unkept")),
    )
    op.create_index("ix_unkept_period", "unkept", ["period"])
    op.execute("INSERT INTO unkept (person_id, period) SELECT person_id, period FROM scorecard")
    op.create_table(
        "replay",
        sa.Column("replay_id", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), server_default="{}", nullable=False),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("replay_id", name=op.f("pk_replay")),
    )
    op.create_index("ix_replay_ended_at", "replay", ["ended_at"])
    if op.get_bind().dialect.name == "postgresql":
        _guard_rows()
        return
    for change, unless in (("UPDATE", ERASING), ("DELETE", OVER)):
        op.execute(
            f"CREATE TRIGGER known_no_{change.lower()} BEFORE {change} ON known WHEN NOT ({unless}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    # INSERT OR REPLACE takes a row away without asking the trigger of DELETE.
    taken = "EXISTS (SELECT 1 FROM known WHERE known_id = NEW.known_id)"
    op.execute(
        f"CREATE TRIGGER known_no_replace BEFORE INSERT ON known WHEN {taken} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _guard_rows() -> None:
    op.execute(
        f"""
        CREATE FUNCTION known_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF {ERASING} THEN RETURN NEW; END IF;
            ELSIF {OVER} THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER known_append_only BEFORE UPDATE OR DELETE ON known "
        "FOR EACH ROW EXECUTE FUNCTION known_is_kept()"
    )
    op.execute(
        "CREATE TRIGGER known_no_truncate BEFORE TRUNCATE ON known "
        "FOR EACH STATEMENT EXECUTE FUNCTION books_are_append_only()"
    )


def downgrade() -> None:
    op.drop_table("replay")
    op.drop_table("unkept")
    op.drop_table("known")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION known_is_kept()")
