"""Switching the second factor of an account on or off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import SECOND_FACTOR_CHANGED, AuditEntry
from service.store import accounts
from service.store.audit import add_new_audit
from service.store.vault import Vault


def change_second_factor(session: Session, login: str, secret: str, vault: Vault, *, now: datetime) -> None:
    """Keep the secret of one-time codes, sealed, or none with an empty text."""
    totp_sealed = vault.seal(secret) if secret else ""
    accounts.set_account(session, login, {"totp_sealed": totp_sealed, "totp_step": 0})
    add_new_audit(session, AuditEntry(now, login, SECOND_FACTOR_CHANGED, login, {"on": bool(totp_sealed)}))
