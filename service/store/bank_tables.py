"""The recorded table of bank accounts: of people who send an invoice, encrypted."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, Text

from service.store.columns import METADATA, UtcDateTime
from service.store.tables import PERSON_ID

bank_account = Table(
    "bank_account",
    METADATA,
    Column("person_id", PERSON_ID, ForeignKey("person.person_id"), primary_key=True),
    # IBAN and BIC as JSON, under the first key of the vault.
    Column("sealed", Text, nullable=False),
    # The ends of the IBAN, as people may see it.
    Column("masked", String(34), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", Text, nullable=False),
)
