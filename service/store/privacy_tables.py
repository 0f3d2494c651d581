"""The recorded tables of privacy: each erasure, and up to which month something is kept no longer."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, Text

from service.store.columns import METADATA, UtcDateTime
from service.store.dialect import BigId
from service.store.tables import PERIOD, PERSON_ID

# While one is not ended, in its own transaction alone, the audit log lets names in it give way.
erasure = Table(
    "erasure",
    METADATA,
    Column("erasure_id", BigId, primary_key=True),
    Column("person_id", PERSON_ID, ForeignKey("person.person_id"), nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("who", Text, nullable=False),
    Column("ended_at", UtcDateTime),
)

# Of this kind nothing is kept any more up to this month.
pruned = Table(
    "pruned",
    METADATA,
    Column("kind", String(16), primary_key=True),
    Column("through", PERIOD, nullable=False),
    CheckConstraint("kind IN ('events', 'statements')", name="kind"),
)
