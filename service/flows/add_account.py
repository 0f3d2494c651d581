"""Adding an account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.account import Account, AccountExistsError
from service.domain.audit import ACCOUNT_ADDED, AuditEntry
from service.store import accounts
from service.store.audit import add_new_audit
from service.store.people import get_person


def add_account(session: Session, new: Account, by: str, *, now: datetime) -> None:
    """Keep a new account; its person must exist and neither login nor person may have one."""
    if new.person_id is not None:
        get_person(session, new.person_id)
        if accounts.find_account_of(session, new.person_id) is not None:
            raise AccountExistsError(f"Person {new.person_id}")
    if accounts.find_account(session, new.login) is not None:
        raise AccountExistsError(f"Login {new.login}")
    accounts.add_new_account(session, new)
    add_new_audit(
        session,
        AuditEntry(
            now,
            by,
            ACCOUNT_ADDED,
            new.login,
            {"person": new.person_id, "roles": [role.value for role in sorted(new.roles)]},
        ),
    )
