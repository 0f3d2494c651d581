"""The books read back for tests: what stands on the accounts of a person."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.period import Period
from service.store.tables import ledger_entry, posting


def list_accounts(session: Session, person_id: str, month_worked: Period | None = None) -> dict[str, int]:
    """The balance of every account in the entries of a person (and a month), debit positive, in minor units."""
    query = (
        select(posting.c.account, func.sum(posting.c.amount_minor))
        .join(ledger_entry, ledger_entry.c.entry_id == posting.c.entry_id)
        .where(ledger_entry.c.person_id == person_id)
        .group_by(posting.c.account)
    )
    if month_worked is not None:
        query = query.where(ledger_entry.c.month_worked == str(month_worked))
    return {account: int(amount) for account, amount in session.execute(query)}


def list_posted(session: Session, person_id: str, month_worked: Period) -> dict[str, int]:
    """Minor units posted so far by rule for one person's month."""
    found = list_accounts(session, person_id, month_worked)
    return {name.removeprefix("expense:"): amount for name, amount in found.items() if name.startswith("expense:")}
