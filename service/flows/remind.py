"""Remind whoever must do something about a month that is over, each time once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import REMINDED, AuditEntry
from service.domain.reminder import Reminder
from service.store.audit import add_new_audit
from service.store.reminders import add_new_reminders

WHO = "stimul"
"""Who reminds, in the audit log: nobody in person."""


def remind(session: Session, due: Sequence[Reminder], *, now: datetime) -> list[Reminder]:
    """Note what is due; those of it that nobody was reminded of before."""
    found = add_new_reminders(session, due, now)
    for item in found:
        detail = {"task": item.task.value, "version": item.version, "due_at": item.due_at.isoformat()}
        add_new_audit(session, AuditEntry(now, WHO, REMINDED, str(item.period), detail))
    return found
