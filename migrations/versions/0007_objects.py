"""Vendors' objects: how sources are set up and mapped, changes as told, events made of them, fields to be fetched."""

# Expand now, contract in the next release: a site is running while this is applied, and an operator may skip versions.
# Write every constraint's name, on both databases; import nothing from `service`.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scheme", sa.String(length=32), server_default="", nullable=False))
        batch_op.add_column(sa.Column("timezone", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("account", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("number_key", sa.String(length=64), server_default="", nullable=False))
    # Until now numbers were hashed with the hash of the token: the same number stays the same.
    op.execute("UPDATE source SET number_key = token_hash WHERE token_hash IS NOT NULL")
    op.create_table(
        "source_mapping",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("mapped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("own", sa.Text(), nullable=False),
        sa.Column("shipped", sa.Text(), nullable=False),
        sa.Column("mapped_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_source_mapping_source_id")),
        sa.PrimaryKeyConstraint("source_id", "mapped_at", name=op.f("pk_source_mapping")),
    )
    op.create_table(
        "object_change",
        sa.Column("change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.String(length=255), nullable=False),
        sa.Column("identity", sa.String(length=255), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivery_id", sa.String(length=32), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_object_change")),
        sa.UniqueConstraint("source_id", "identity", name=op.f("uq_object_change_source_id_identity")),
    )
    with op.batch_alter_table("object_change", schema=None) as batch_op:
        batch_op.create_index("ix_object_change_object", ["source_id", "kind", "object_id"], unique=False)
    op.create_table(
        "object_event",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.String(length=255), nullable=False),
        sa.Column("standing_id", sa.String(length=255), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "external_id", name=op.f("pk_object_event")),
    )
    with op.batch_alter_table("object_event", schema=None) as batch_op:
        batch_op.create_index("ix_object_event_object", ["source_id", "kind", "object_id"], unique=False)
    op.create_table(
        "source_fetch",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("private", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_source_fetch_source_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_fetch")),
    )
    op.create_table(
        "object_fetch",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.String(length=255), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("source_id", "kind", "object_id", name=op.f("pk_object_fetch")),
    )
    with op.batch_alter_table("object_fetch", schema=None) as batch_op:
        batch_op.create_index("ix_object_fetch_due_at", ["due_at"], unique=False)


def downgrade() -> None:
    for table in ("object_fetch", "source_fetch", "object_event", "object_change", "source_mapping"):
        op.drop_table(table)
    with op.batch_alter_table("source", schema=None) as batch_op:
        for column in ("number_key", "account", "timezone", "scheme"):
            batch_op.drop_column(column)
