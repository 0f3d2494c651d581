"""Whether the service can do its work now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.store import schema
from service.store.stale import count_stale, oldest_stale


@dataclass(frozen=True, slots=True)
class Backlog:
    """The person-months that wait to be scored, and since when the first of them does."""

    person_months: int
    since: datetime | None

    def age_s(self, now: datetime) -> int:
        """How long the first has been waiting, in whole seconds."""
        return max(0, int((now - self.since).total_seconds())) if self.since else 0


def schema_is_current(session: Session) -> bool:
    """Whether the database answers and has the tables of this version."""
    return schema.is_current(session)


def backlog(session: Session) -> Backlog:
    """What waits to be scored."""
    return Backlog(count_stale(session), oldest_stale(session))
