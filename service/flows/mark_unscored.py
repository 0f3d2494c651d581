"""Mark whoever works in a month and was never scored for it: a month may begin, and end, without an event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.period import Period, latest_begun
from service.store.people import list_people_employed
from service.store.scorecards import list_scored_people
from service.store.session import follow_up
from service.store.stale import mark_stale


def mark_unscored(session: Session, period: Period, *, now: datetime) -> int:
    """Ask to score those who are employed in a period and have no scorecard in it, once it has begun; how many."""
    if period > latest_begun(now):
        return 0
    employed = {person.person_id for person in list_people_employed(session, period.first_day, period.last_day)}
    missing = sorted(employed - list_scored_people(session, period))
    mark_stale(session, [(person_id, period) for person_id in missing], now)
    if missing:
        follow_up(session, "refresh")
    return len(missing)
