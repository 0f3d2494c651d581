"""Keeping the bank account of somebody who sends an invoice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import BANK_ACCOUNT_SET, AuditEntry
from service.domain.bank_account import BankAccount, NotByInvoiceError
from service.domain.person import PayChannel
from service.store.audit import add_new_audit
from service.store.bank_accounts import KeptAccount, set_account
from service.store.people import get_person, list_assignments_of
from service.store.vault import Vault


def set_bank_account(
    session: Session, person_id: str, account: BankAccount, vault: Vault, by: str, *, now: datetime
) -> KeptAccount:
    """Keep it, encrypted, in the place of an earlier one; the audit log has its ends alone.

    Raises `UnknownPersonError`, `NotByInvoiceError` for somebody whom payroll pays, or `NoSecretsKeyError`.
    """
    get_person(session, person_id)
    held = list_assignments_of(session, [person_id])
    if not any(
        item.pay_channel is PayChannel.INVOICE and (item.ends_on is None or item.ends_on >= now.date()) for item in held
    ):
        raise NotByInvoiceError(person_id)
    kept = KeptAccount(person_id, account.masked, now, by)
    set_account(session, kept, account, vault)
    add_new_audit(session, AuditEntry(now, by, BANK_ACCOUNT_SET, person_id, {"iban": account.masked}))
    return kept
