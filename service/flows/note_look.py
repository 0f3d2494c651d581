"""Noting that somebody looked at another person's money."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import MONEY_SEEN, AuditEntry
from service.store.audit import add_new_audit


def note_look(session: Session, who: str, person_id: str, period: str, *, now: datetime) -> None:
    """Write down who saw whose money of which month."""
    add_new_audit(session, AuditEntry(now, who, MONEY_SEEN, person_id, {"period": period}))
