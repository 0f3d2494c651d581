"""Making a one-time link that sets a password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.account import ResetLink, new_token, token_hash
from service.domain.audit import RESET_LINK_MADE, AuditEntry
from service.store import accounts
from service.store.audit import add_new_audit


def make_reset_link(session: Session, login: str, by: str, *, forget_code: bool, now: datetime) -> str:
    """The token of a new link for an account; earlier links of it open nothing any more.

    With `forget_code` the second factor is taken off too, for somebody who lost the telephone.
    """
    known = accounts.get_account(session, login)
    token = new_token()
    accounts.replace_link(session, ResetLink(token_hash(token), known.login, now, by))
    if forget_code:
        accounts.set_account(session, known.login, {"totp_sealed": "", "totp_step": 0})
    add_new_audit(session, AuditEntry(now, by, RESET_LINK_MADE, known.login, {"forget_code": forget_code}))
    return token
