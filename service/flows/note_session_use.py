"""Noting that a session was used, so that it does not end for being idle."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.store.accounts import mark_session_seen


def note_session_use(session: Session, token_hash: str, *, now: datetime) -> None:
    """Write when a session was last used."""
    mark_session_seen(session, token_hash, now)
