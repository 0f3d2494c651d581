"""Noting that everything kept about a person was given out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import PERSON_EXPORTED, AuditEntry
from service.store.audit import add_new_audit
from service.store.people import get_person


def note_export(session: Session, person_id: str, by: str, *, now: datetime) -> None:
    """Note who asked for it; an unknown person is an `UnknownPersonError`."""
    get_person(session, person_id)
    add_new_audit(session, AuditEntry(now, by, PERSON_EXPORTED, person_id, {}))
