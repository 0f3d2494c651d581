"""Note that a month was written into a bundle: it has the pay of everybody in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import PERIOD_EXPORTED, AuditEntry
from service.domain.period import Period
from service.store.audit import add_new_audit


def note_bundle(session: Session, period: Period, version: int, by: str, *, now: datetime) -> None:
    """Note who asked for it."""
    add_new_audit(session, AuditEntry(now, by, PERIOD_EXPORTED, str(period), {"version": version}))
