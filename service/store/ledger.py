"""The ledger rows: entries with their postings, only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from service.domain.ledger import Entry
from service.store.dialect import bulk_insert
from service.store.tables import ledger_entry, posting


def add_new_entries(session: Session, entries: Sequence[Entry], now: datetime) -> None:
    """Post balanced entries; each belongs to a closing that is in the database."""
    for entry in entries:
        entry_id = session.execute(
            insert(ledger_entry)
            .values(
                period=str(entry.period),
                version=entry.version,
                person_id=entry.person_id,
                month_worked=str(entry.month_worked),
                reason=entry.reason,
                posted_at=now,
            )
            .returning(ledger_entry.c.entry_id)
        ).scalar_one()
        bulk_insert(
            session,
            posting,
            [
                {"entry_id": entry_id, "account": side.account, "amount_minor": side.amount_minor}
                for side in entry.postings
            ],
        )
