"""Bank accounts of people who send an invoice, sealed by the vault on their way in and opened for a payment alone."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from service.domain.bank_account import BankAccount
from service.domain.event import canonical_json
from service.domain.person import PayChannel
from service.store.bank_tables import bank_account
from service.store.dialect import upsert_replace
from service.store.tables import assignment
from service.store.vault import Vault


@dataclass(frozen=True, slots=True)
class KeptAccount:
    """What may be shown of an account."""

    person_id: str
    masked: str
    changed_at: datetime
    changed_by: str


def set_account(session: Session, kept: KeptAccount, account: BankAccount, vault: Vault) -> None:
    """Keep the one account of a person, in the place of an earlier one."""
    sealed = vault.seal(canonical_json({"iban": account.iban, "bic": account.bic}))
    row = {
        "person_id": kept.person_id,
        "sealed": sealed,
        "masked": kept.masked,
        "changed_at": kept.changed_at,
        "changed_by": kept.changed_by,
    }
    upsert_replace(session, bank_account, [row], ("person_id",))


def find_account(session: Session, person_id: str) -> KeptAccount | None:
    """What may be shown of a person's account, if there is one."""
    columns = bank_account.c
    query = select(columns.person_id, columns.masked, columns.changed_at, columns.changed_by)
    row = session.execute(query.where(columns.person_id == person_id)).one_or_none()
    return KeptAccount(**row._asdict()) if row else None


def open_accounts(session: Session, person_ids: Collection[str], vault: Vault) -> dict[str, BankAccount]:
    """The accounts of these people, as a payment needs them."""
    columns = bank_account.c
    query = select(columns.person_id, columns.sealed).where(columns.person_id.in_(sorted(person_ids)))
    return {row.person_id: BankAccount(**json.loads(vault.open(row.sealed))) for row in session.execute(query)}


def delete_account(session: Session, person_id: str) -> None:
    """Keep the account no longer."""
    session.execute(delete(bank_account).where(bank_account.c.person_id == person_id))


def delete_unneeded(session: Session, since: date) -> int:
    """Delete the accounts of all who have sent no invoice from this day on; how many."""
    columns = assignment.c
    needed = select(columns.person_id).where(
        columns.pay_channel == PayChannel.INVOICE.value, or_(columns.ends_on.is_(None), columns.ends_on >= since)
    )
    unneeded = session.scalars(select(bank_account.c.person_id).where(bank_account.c.person_id.not_in(needed))).all()
    session.execute(delete(bank_account).where(bank_account.c.person_id.in_(unneeded)))
    return len(unneeded)


def seal_accounts_again(session: Session, vault: Vault) -> int:
    """Encrypt every account with the newest key; how many."""
    rows = session.execute(select(bank_account.c.person_id, bank_account.c.sealed)).all()
    for row in rows:
        own = bank_account.c.person_id == row.person_id
        session.execute(update(bank_account).where(own).values(sealed=vault.seal_again(row.sealed)))
    return len(rows)
