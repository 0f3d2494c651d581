"""What may be seen of the bank account of a person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.bank_account import NoBankAccountError
from service.store.bank_accounts import KeptAccount, find_account
from service.store.people import get_person


def kept_account(session: Session, person_id: str) -> KeptAccount:
    """The ends of the IBAN, and who changed it; raises `UnknownPersonError` or `NoBankAccountError`."""
    get_person(session, person_id)
    found = find_account(session, person_id)
    if found is None:
        raise NoBankAccountError(person_id)
    return found
