"""Begin a replay: the period is open, as it was just before the close that is worked out again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.period import Period
from service.store.recalled import open_period


def begin_replay(session: Session, period: Period, version: int) -> None:
    """Have a period open in recalled tables, so that its next closing has this version."""
    open_period(session, period, version)
