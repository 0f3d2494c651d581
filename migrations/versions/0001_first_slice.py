"""The first slice: people, events, plans, periods, ledger and what is derived from them."""

# Expand now, contract in the next release: a site is running while this is applied, and an operator may skip versions.
# Write every constraint's name, on both databases; import nothing from `service`.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit")),
    )
    op.create_table(
        "backtest",
        sa.Column("backtest_id", sa.String(length=32), nullable=False),
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("plan_hash", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("first_period", sa.String(length=7), nullable=False),
        sa.Column("last_period", sa.String(length=7), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("backtest_id", name=op.f("pk_backtest")),
    )
    op.create_index("ix_backtest_ended_at", "backtest", ["ended_at"])

    op.create_table(
        "board",
        sa.Column("board", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("board", "period", name=op.f("pk_board")),
    )
    op.create_table(
        "earning_input",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("plan_hash", sa.String(length=64), nullable=False),
        sa.Column("engine", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("snapshot_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "period", "position", name=op.f("pk_earning_input")),
    )
    op.create_table(
        "earning_line",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("month_worked", sa.String(length=7), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("label_bg", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("disposition", sa.String(length=16), nullable=False),
        sa.Column("plan_hash", sa.String(length=64), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "period", "month_worked", "position", name=op.f("pk_earning_line")),
    )
    op.create_index("ix_earning_line_period", "earning_line", ["period", "person_id"])

    op.create_table(
        "event",
        sa.Column(
            "event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("receipt_id", sa.String(length=30), nullable=False),
        sa.Column("delivery_id", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_person_id_day", "event", ["person_id", "day"])
    op.create_index("ix_event_receipt_id", "event", ["receipt_id"])

    op.create_table(
        "event_conflict",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("delivery_id", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "external_id", "content_hash", name=op.f("pk_event_conflict")),
    )
    op.create_table(
        "event_correction",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("target", sa.String(length=255), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("op", sa.String(length=16), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("op IN ('void', 'replace')", name=op.f("ck_event_correction_op")),
        sa.PrimaryKeyConstraint("source_id", "target", "external_id", name=op.f("pk_event_correction")),
    )
    op.create_index("ix_event_correction_source_external", "event_correction", ["source_id", "external_id"])

    op.create_table(
        "event_credit",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("person_id", "day", "event_id", name=op.f("pk_event_credit")),
    )
    op.create_index("ix_event_credit_event_id", "event_credit", ["event_id"])

    op.create_table(
        "event_identity",
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_identity")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_event_identity_source_id_external_id")),
    )
    op.create_table(
        "fact",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("metric", sa.String(length=64), nullable=False),
        sa.Column("slice", sa.String(length=255), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "day", "metric", "slice", name=op.f("pk_fact")),
    )
    op.create_table(
        "fact_day",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_fact_day")),
    )
    op.create_table(
        "fact_key",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("metric", sa.String(length=64), nullable=False),
        sa.Column("slice", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "day", "metric", "slice", "key", name=op.f("pk_fact_key")),
    )
    op.create_table(
        "holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holiday")),
    )
    op.create_table(
        "period",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'settling', 'closed', 'approved', 'paid')", name=op.f("ck_period_state")),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_period")),
    )
    op.create_table(
        "person",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hired_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person")),
    )
    op.create_table(
        "plan_version",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_plan_version")),
    )
    op.create_table(
        "quarantine",
        sa.Column(
            "event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_quarantine")),
    )
    op.create_index("ix_quarantine_source_subject", "quarantine", ["source_id", "subject"])

    op.create_table(
        "recount",
        sa.Column("recount_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("recount_id", name=op.f("pk_recount")),
    )
    op.create_table(
        "scorecard",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("role", sa.String(length=64), server_default="", nullable=False),
        sa.Column("team", sa.String(length=64), server_default="", nullable=False),
        sa.Column("plan_hash", sa.String(length=64), server_default="", nullable=False),
        sa.Column("score_tenths", sa.BigInteger(), nullable=True),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("person_id", "period", name=op.f("pk_scorecard")),
    )
    op.create_table(
        "source",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("max_age_days", sa.Integer(), nullable=False),
        sa.Column("record_url", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source")),
    )
    op.create_table(
        "stale",
        sa.Column("mark_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("for_team", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("mark_id", name=op.f("pk_stale")),
    )
    op.create_index("ix_stale_for_team_mark_id", "stale", ["for_team", "mark_id"])
    op.create_index("ix_stale_period_person", "stale", ["period", "person_id"])

    op.create_table(
        "standing",
        sa.Column("board", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("score_tenths", sa.BigInteger(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("board", "period", "person_id", name=op.f("pk_standing")),
    )
    op.create_index(
        "ix_standing_board_period_score", "standing", ["board", "period", "score_tenths", "reached_at", "person_id"]
    )

    op.create_table(
        "statement",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("document_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "period", "version", name=op.f("pk_statement")),
    )
    op.create_table(
        "vocabulary_version",
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("starts_on", name=op.f("pk_vocabulary_version")),
    )
    op.create_table(
        "absence",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_absence_dates")),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_absence_person_id")),
        sa.PrimaryKeyConstraint("person_id", "starts_on", name=op.f("pk_absence")),
    )
    op.create_table(
        "alias",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_alias_person_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_alias_source_id")),
        sa.PrimaryKeyConstraint("source_id", "subject", "starts_on", name=op.f("pk_alias")),
    )
    op.create_index("ix_alias_person_id", "alias", ["person_id"])

    op.create_table(
        "api_key",
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_api_key_source_id")),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_key_secret_hash")),
    )
    op.create_table(
        "assignment",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("grade", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("manager_id", sa.String(length=64), nullable=True),
        sa.Column("fte_bp", sa.Integer(), nullable=False),
        sa.Column("fixed_salary_minor", sa.BigInteger(), nullable=False),
        sa.Column("soft_salary_minor", sa.BigInteger(), nullable=False),
        sa.Column("territory", sa.Text(), server_default="", nullable=False),
        sa.Column("product", sa.Text(), server_default="", nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("audience", sa.Text(), server_default="", nullable=False),
        sa.Column("personnel_number", sa.String(length=64), server_default="", nullable=False),
        sa.Column("legal_entity", sa.Text(), server_default="", nullable=False),
        sa.Column("cost_centre", sa.Text(), server_default="", nullable=False),
        sa.Column("pay_channel", sa.String(length=16), nullable=False),
        sa.CheckConstraint("pay_channel IN ('payroll', 'invoice', 'none')", name=op.f("ck_assignment_pay_channel")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_assignment_dates")),
        sa.CheckConstraint("fte_bp > 0 AND fte_bp <= 10000", name=op.f("ck_assignment_fte")),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_assignment_person_id")),
        sa.PrimaryKeyConstraint("person_id", "starts_on", name=op.f("pk_assignment")),
    )
    op.create_index("ix_assignment_manager", "assignment", ["manager_id"])

    op.create_table(
        "backtest_month",
        sa.Column("backtest_id", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["backtest_id"], ["backtest.backtest_id"], name=op.f("fk_backtest_month_backtest_id")),
        sa.PrimaryKeyConstraint("backtest_id", "period", name=op.f("pk_backtest_month")),
    )
    op.create_table(
        "closing",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("document_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["period"], ["period.period"], name=op.f("fk_closing_period")),
        sa.PrimaryKeyConstraint("period", "version", name=op.f("pk_closing")),
    )
    op.create_table(
        "delivery",
        sa.Column("delivery_id", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_delivery_source_id")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_delivery")),
    )
    op.create_index("ix_delivery_received_at", "delivery", ["received_at"])

    op.create_table(
        "plan_confirmation",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("language IN ('bg', 'en')", name=op.f("ck_plan_confirmation_language")),
        sa.ForeignKeyConstraint(["hash"], ["plan_version.hash"], name=op.f("fk_plan_confirmation_hash")),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_plan_confirmation_person_id")),
        sa.PrimaryKeyConstraint("person_id", "hash", name=op.f("pk_plan_confirmation")),
    )
    op.create_table(
        "plan_in_force",
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("without_notice_reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["hash"], ["plan_version.hash"], name=op.f("fk_plan_in_force_hash")),
        sa.PrimaryKeyConstraint("plan_id", "starts_on", name=op.f("pk_plan_in_force")),
    )
    op.create_table(
        "plan_paper",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.CheckConstraint("language IN ('bg', 'en')", name=op.f("ck_plan_paper_language")),
        sa.ForeignKeyConstraint(["hash"], ["plan_version.hash"], name=op.f("fk_plan_paper_hash")),
        sa.PrimaryKeyConstraint("hash", "language", name=op.f("pk_plan_paper")),
    )
    op.create_table(
        "target",
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("standard", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.String(length=40), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_target_person_id")),
        sa.PrimaryKeyConstraint("target_id", name=op.f("pk_target")),
    )
    op.create_index("ix_target_period_person", "target", ["period", "person_id", "standard", "target_id"])

    op.create_table(
        "ledger_entry",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("month_worked", sa.String(length=7), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["period", "version"], ["closing.period", "closing.version"], name=op.f("fk_ledger_entry_period_version")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint(
            "period",
            "version",
            "person_id",
            "month_worked",
            name=op.f("uq_ledger_entry_period_version_person_id_month_worked"),
        ),
    )
    op.create_index("ix_ledger_entry_person_month", "ledger_entry", ["person_id", "month_worked"])

    op.create_table(
        "posting",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=160), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.entry_id"], name=op.f("fk_posting_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "account", name=op.f("pk_posting")),
    )
    op.create_index("ix_posting_account", "posting", ["account"])


def downgrade() -> None:
    op.drop_table("posting")
    op.drop_table("ledger_entry")
    op.drop_table("target")
    op.drop_table("plan_paper")
    op.drop_table("plan_in_force")
    op.drop_table("plan_confirmation")
    op.drop_table("delivery")
    op.drop_table("closing")
    op.drop_table("backtest_month")
    op.drop_table("assignment")
    op.drop_table("api_key")
    op.drop_table("alias")
    op.drop_table("absence")
    op.drop_table("vocabulary_version")
    op.drop_table("statement")
    op.drop_table("standing")
    op.drop_table("stale")
    op.drop_table("source")
    op.drop_table("scorecard")
    op.drop_table("recount")
    op.drop_table("quarantine")
    op.drop_table("plan_version")
    op.drop_table("person")
    op.drop_table("period")
    op.drop_table("holiday")
    op.drop_table("fact_key")
    op.drop_table("fact_day")
    op.drop_table("fact")
    op.drop_table("event_identity")
    op.drop_table("event_credit")
    op.drop_table("event_correction")
    op.drop_table("event_conflict")
    op.drop_table("event")
    op.drop_table("earning_line")
    op.drop_table("earning_input")
    op.drop_table("board")
    op.drop_table("backtest")
    op.drop_table("audit")
