"""Starting a session for somebody who has proved who they are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.account import LoginSession, new_token, token_hash
from service.domain.audit import LOGGED_IN, AuditEntry
from service.domain.login_guard import FORGOTTEN_AFTER
from service.store.accounts import add_new_session
from service.store.audit import add_new_audit
from service.store.login_failures import clear_failures


def start_session(session: Session, login: str, tried_keys: Collection[str], *, way: str, now: datetime) -> str:
    """The token of a new session; the tries under these keys were right after all. `way` is how it was proved."""
    token = new_token()
    add_new_session(session, LoginSession(token_hash(token), login, now, now))
    clear_failures(session, tried_keys, now - FORGOTTEN_AFTER)
    add_new_audit(session, AuditEntry(now, login, LOGGED_IN, login, {"way": way}))
    return token
