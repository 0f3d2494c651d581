"""Ending a session: logging out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.account import token_hash
from service.store.accounts import mark_session_ended


def end_session(session: Session, token: str, *, now: datetime) -> None:
    """Whoever holds this token is logged out, here and in every copy of the cookie."""
    mark_session_ended(session, token_hash(token), now)
