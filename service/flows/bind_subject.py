"""Binding an account to the OpenID provider's name for its owner."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import SUBJECT_BOUND, AuditEntry
from service.store import accounts
from service.store.audit import add_new_audit


def bind_subject(session: Session, login: str, subject: str, *, now: datetime) -> None:
    """From now on the provider's subject alone says whose account it is; the address may change."""
    accounts.set_account(session, login, {"oidc_subject": subject})
    add_new_audit(session, AuditEntry(now, login, SUBJECT_BOUND, login, {}))
