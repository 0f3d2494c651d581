"""Using a one-time link: the password is set, and whoever was logged in is no longer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.account import LinkUsedError, token_hash
from service.domain.audit import PASSWORD_SET, AuditEntry
from service.domain.login_guard import FORGOTTEN_AFTER, account_key
from service.store import accounts
from service.store.audit import add_new_audit
from service.store.login_failures import clear_failures


def use_reset_link(session: Session, token: str, password_hash: str, *, now: datetime) -> str:
    """Set the password of the link's account and end its sessions; gives the login. Raises `LinkUsedError`."""
    hashed = token_hash(token)
    link = accounts.find_link(session, hashed)
    if link is None or not link.holds(now) or not accounts.mark_link_used(session, hashed, now):
        raise LinkUsedError
    accounts.set_account(session, link.login, {"password_hash": password_hash})
    accounts.mark_sessions_ended(session, link.login, now)
    clear_failures(session, [account_key(link.login)], now - FORGOTTEN_AFTER)
    add_new_audit(session, AuditEntry(now, link.login, PASSWORD_SET, link.login, {"by_link_of": link.made_by}))
    return link.login
