"""The ledger rows: entries with their postings, only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from service.domain.ledger import Entry, PostedBy, Posting
from service.domain.period import Period
from service.store.dialect import bulk_insert
from service.store.tables import ledger_entry, posting


def add_new_entries(session: Session, entries: Sequence[Entry], now: datetime) -> None:
    """Post balanced entries; each belongs to a closing that is in the database."""
    if not entries:
        return
    rows = [
        {
            "period": str(entry.period),
            "version": entry.version,
            "person_id": entry.person_id,
            "month_worked": str(entry.month_worked),
            "reason": entry.reason,
            "document": entry.document.value,
            "position": entry.position,
            "posted_at": now,
        }
        for entry in entries
    ]
    numbered = insert(ledger_entry).returning(ledger_entry.c.entry_id, sort_by_parameter_order=True)
    sides = [
        {"entry_id": entry_id, "account": side.account, "amount_minor": side.amount_minor}
        for entry_id, entry in zip(session.scalars(numbered, rows), entries, strict=True)
        for side in entry.postings
    ]
    bulk_insert(session, posting, sides)


def list_closing_entries(session: Session, period: Period, version: int) -> list[Entry]:
    """The entries that one closing posted, by person and month worked."""
    columns = ledger_entry.c
    own = (columns.period == str(period)) & (columns.version == version)
    rows = session.execute(
        select(columns.entry_id, columns.person_id, columns.month_worked, columns.reason)
        .where(own, columns.document == PostedBy.CLOSING.value)
        .order_by(columns.person_id, columns.month_worked)
    ).all()
    sides: dict[int, list[Posting]] = {}
    for side in session.execute(
        select(posting)
        .join(ledger_entry, columns.entry_id == posting.c.entry_id)
        .where(own, columns.document == PostedBy.CLOSING.value)
        .order_by(posting.c.account)
    ):
        sides.setdefault(side.entry_id, []).append(Posting(side.account, side.amount_minor))
    return [
        Entry(
            row.person_id,
            period,
            version,
            Period.parse(row.month_worked),
            row.reason,
            tuple(sides.get(row.entry_id, ())),
        )
        for row in rows
    ]
