"""The ledger rows: entries with their postings, only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from service.domain.ledger import Entry
from service.domain.period import Period
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


def list_accounts(session: Session, person_id: str) -> dict[str, int]:
    """The balance of every account in the entries of a person, debit positive, in minor units."""
    rows = session.execute(
        select(posting.c.account, func.sum(posting.c.amount_minor))
        .join(ledger_entry, ledger_entry.c.entry_id == posting.c.entry_id)
        .where(ledger_entry.c.person_id == person_id)
        .group_by(posting.c.account)
    )
    return {account: int(amount) for account, amount in rows}


def list_posted(session: Session, person_id: str, month_worked: Period) -> dict[str, int]:
    """Minor units posted so far by rule for one person's month: what is owed is entitlement minus this."""
    columns = ledger_entry.c
    rows = session.execute(
        select(posting.c.account, func.sum(posting.c.amount_minor))
        .join(ledger_entry, columns.entry_id == posting.c.entry_id)
        .where(columns.person_id == person_id, columns.month_worked == str(month_worked))
        .where(posting.c.account.startswith("expense:"))
        .group_by(posting.c.account)
    )
    return {account.removeprefix("expense:"): int(amount) for account, amount in rows}
