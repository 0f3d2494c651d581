"""Noting that somebody let waiting events count."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import EVENTS_REPLAYED, AuditEntry
from service.store.audit import add_new_audit


def note_replay(session: Session, who: str, released: int, *, now: datetime) -> None:
    """Write who did it and how many events count now."""
    add_new_audit(session, AuditEntry(now, who, EVENTS_REPLAYED, "quarantine", {"events": released}))
