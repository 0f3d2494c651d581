"""The books for tests: what stands on the accounts of a person, and a way around the triggers that guard them."""

from __future__ import annotations

from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from service.domain.period import Period
from service.store.tables import ledger_entry, posting

SIGNING_KEY = "dGhlIHRlc3RzIG9mIHN0aW11bCBzaWduIHdpdGggbWU="
"""Signs the books of tests; nobody's books hang on it."""


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


def unguard(session: Session) -> None:
    """Take away every trigger of the books for this transaction's database, as somebody with its password could."""
    if session.get_bind().dialect.name == "postgresql":
        for table in inspect(session.connection()).get_table_names():
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        session.execute(text(f"DROP TRIGGER {name}"))
