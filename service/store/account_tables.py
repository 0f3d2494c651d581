"""The recorded tables of accounts: who may log in, their sessions, one-time links and wrong tries."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from service.store.columns import METADATA, UtcDateTime
from service.store.tables import HASH, PERSON_ID

LOGIN = String(120)

account = Table(
    "account",
    METADATA,
    Column("login", LOGIN, primary_key=True),
    Column("person_id", PERSON_ID, ForeignKey("person.person_id")),
    Column("roles", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("password_hash", Text, nullable=False, server_default=""),
    Column("totp_sealed", Text, nullable=False, server_default=""),
    # The last one-time code's step: a code that was seen over a shoulder is not taken twice.
    Column("totp_step", Integer, nullable=False, server_default="0"),
    Column("oidc_subject", Text, nullable=False, server_default=""),
    Column("disabled_at", UtcDateTime),
    UniqueConstraint("person_id"),
)

login_session = Table(
    "login_session",
    METADATA,
    Column("token_hash", HASH, primary_key=True),
    Column("login", LOGIN, ForeignKey("account.login"), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_login_session_login", "login"),
)

reset_link = Table(
    "reset_link",
    METADATA,
    Column("token_hash", HASH, primary_key=True),
    Column("login", LOGIN, ForeignKey("account.login"), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("used_at", UtcDateTime),
    Index("ix_reset_link_login", "login"),
)

login_failure = Table(
    "login_failure",
    METADATA,
    Column("guard_key", String(80), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)
