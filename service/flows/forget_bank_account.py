"""Forgetting the bank account of a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import BANK_ACCOUNT_FORGOTTEN, AuditEntry
from service.domain.bank_account import NoBankAccountError
from service.store.audit import add_new_audit
from service.store.bank_accounts import delete_account, find_account
from service.store.people import get_person


def forget_bank_account(session: Session, person_id: str, by: str, *, now: datetime) -> None:
    """Delete it; raises `UnknownPersonError` or `NoBankAccountError`."""
    get_person(session, person_id)
    kept = find_account(session, person_id)
    if kept is None:
        raise NoBankAccountError(person_id)
    delete_account(session, person_id)
    add_new_audit(session, AuditEntry(now, by, BANK_ACCOUNT_FORGOTTEN, person_id, {"iban": kept.masked}))
