"""The tables of the chain: its documents in their order, the signed rows of each by person, and the public keys."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from service.store.columns import METADATA, UtcDateTime
from service.store.tables import HASH, PERIOD, PERSON_ID

KEY_ID = String(16)

signing_key = Table(
    "signing_key",
    METADATA,
    Column("key_id", KEY_ID, primary_key=True),
    # URL-safe base64; who changes it cannot keep its id, which is computed from it.
    Column("public_key", String(44), nullable=False),
    Column("first_used_at", UtcDateTime, nullable=False),
)

chain_link = Table(
    "chain_link",
    METADATA,
    # 1, 2, 3 without a gap.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("document", String(16), nullable=False),
    Column("period", PERIOD, nullable=False),
    Column("version", Integer, nullable=False),
    # 0 for all but approvals and payments.
    Column("position", Integer, nullable=False),
    # Canonical JSON: what is hashed and signed.
    Column("content", Text, nullable=False),
    Column("hash", HASH, nullable=False),
    Column("key_id", KEY_ID, ForeignKey("signing_key.key_id"), nullable=False),
    Column("signature", String(88), nullable=False),
    UniqueConstraint("document", "period", "version", "position"),
)

# The rows of each person as they were signed: what is altered later can be named, and what it was.
chain_leaf = Table(
    "chain_leaf",
    METADATA,
    # Of its document. No foreign key: leaves are written before the document that hashes them all.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("person_id", PERSON_ID, primary_key=True),
    Column("rows", Text, nullable=False),
    Column("hash", HASH, nullable=False),
)
