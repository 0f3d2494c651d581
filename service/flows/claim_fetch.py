"""Claiming a fetch: the next object whose fields are wanted and whose turn has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.fetch import Wanted
from service.store.fetches import claim_wanted


def claim_fetch(session: Session, *, now: datetime) -> Wanted | None:
    """Take the next one, so that nobody else fetches it for a while; None if none is due."""
    return claim_wanted(session, now)
