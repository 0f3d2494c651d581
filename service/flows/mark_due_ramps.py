"""Mark whose ramp has come to a new week: a week may begin, and its step be decided, without an event."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.store.ramps import list_due_ramps
from service.store.session import follow_up
from service.store.stale import mark_stale


def mark_due_ramps(session: Session, today: date, *, now: datetime) -> int:
    """Ask to score the person-months whose step was a forecast until today; how many."""
    due = sorted(list_due_ramps(session, today))
    mark_stale(session, due, now)
    if due:
        follow_up(session, "refresh")
    return len(due)
