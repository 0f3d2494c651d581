"""Taking a one-time code: each counts once."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.store.accounts import lock_totp_step


def take_code(session: Session, login: str, step: int) -> bool:
    """Whether the code of this step was not used before (RFC 6238, 5.2); from now on it is."""
    return lock_totp_step(session, login, step)
