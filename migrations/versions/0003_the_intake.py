"""The intake: secrets of senders, repeated requests, second persons, discarded and released events."""

# Expand now, contract in the next release: a site is running while this is applied, and an operator may skip versions.
# Write every constraint's name, on both databases; import nothing from `service`.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_release",
        sa.Column(
            "event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("waited_since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "released_at", name=op.f("pk_event_release")),
    )
    op.create_table(
        "event_version",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("latest_id", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "external_id", name=op.f("pk_event_version")),
    )
    op.create_table(
        "idempotency",
        sa.Column("credential", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("content_type", sa.Text(), server_default="", nullable=False),
        sa.Column("delivery_id", sa.String(length=32), server_default="", nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("credential", "method", "path", "name", name=op.f("pk_idempotency")),
    )
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.create_index("ix_idempotency_began_at", ["began_at"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("proposal_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('open', 'confirmed', 'refused')", name=op.f("ck_proposal_state")),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index("ix_proposal_state", ["state", "proposed_at"], unique=False)

    op.create_table(
        "share_claim",
        sa.Column(
            "event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('held', 'approved', 'refused')", name=op.f("ck_share_claim_state")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_share_claim")),
    )
    with op.batch_alter_table("share_claim", schema=None) as batch_op:
        batch_op.create_index("ix_share_claim_state", ["state"], unique=False)

    op.create_table(
        "source_key",
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_source_key_source_id")),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_source_key")),
    )
    with op.batch_alter_table("source_key", schema=None) as batch_op:
        batch_op.create_index("ix_source_key_source_id", ["source_id"], unique=False)

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("trust", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("credential", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("verdict", sa.Text(), server_default="{}", nullable=False))

    with op.batch_alter_table("event_conflict", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("settled_by", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("settled_why", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.add_column(sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("discarded_by", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("discarded_why", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.add_column(sa.Column("requests_per_s", sa.Integer(), server_default="50", nullable=False))
        batch_op.add_column(sa.Column("events_per_s", sa.Integer(), server_default="5000", nullable=False))
        batch_op.add_column(sa.Column("versioned", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.drop_column("versioned")
        batch_op.drop_column("events_per_s")
        batch_op.drop_column("requests_per_s")

    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.drop_column("discarded_why")
        batch_op.drop_column("discarded_by")
        batch_op.drop_column("discarded_at")

    with op.batch_alter_table("event_conflict", schema=None) as batch_op:
        batch_op.drop_column("settled_why")
        batch_op.drop_column("settled_by")
        batch_op.drop_column("settled_at")

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_column("verdict")
        batch_op.drop_column("credential")
        batch_op.drop_column("trust")

    with op.batch_alter_table("source_key", schema=None) as batch_op:
        batch_op.drop_index("ix_source_key_source_id")

    op.drop_table("source_key")
    with op.batch_alter_table("share_claim", schema=None) as batch_op:
        batch_op.drop_index("ix_share_claim_state")

    op.drop_table("share_claim")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_proposal_state")

    op.drop_table("proposal")
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.drop_index("ix_idempotency_began_at")

    op.drop_table("idempotency")
    op.drop_table("event_version")
    op.drop_table("event_release")
