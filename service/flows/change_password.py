"""Changing the own password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import PASSWORD_SET, AuditEntry
from service.store import accounts
from service.store.audit import add_new_audit


def change_password(session: Session, login: str, password_hash: str, *, now: datetime) -> None:
    """Set a password whose owner proved the old one; every session of the account ends."""
    accounts.set_account(session, login, {"password_hash": password_hash})
    accounts.mark_sessions_ended(session, login, now)
    add_new_audit(session, AuditEntry(now, login, PASSWORD_SET, login, {"by_link_of": None}))
