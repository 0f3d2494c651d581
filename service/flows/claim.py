"""Claim the person-months that wait to be scored again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.period import Period
from service.domain.team import everybody_above, trees
from service.store.people import list_assignments_above
from service.store.scorecards import lock_scorecards
from service.store.stale import claim_stale, mark_stale


def claim(session: Session, limit: int, *, now: datetime) -> list[tuple[str, Period]]:
    """Take up to `limit` person-months for this transaction: delete the marks that are seen, then hold the months.

    The marks go first, so that whatever is ingested afterwards leaves a new one; the lock goes before the facts are
    read, so that two workers never score one month from different facts. Whoever leads one of these people in the
    month is marked for later.
    """
    claimed = claim_stale(session, limit)
    lock_scorecards(session, list(claimed))
    for period in sorted({period for _, period in claimed}):
        own = {person_id for (person_id, month), is_own in claimed.items() if month == period and is_own}
        here = {person_id for person_id, month in claimed if month == period}
        _mark_leaders(session, period, own, here, now)
    return list(claimed)


def _mark_leaders(session: Session, period: Period, own: Collection[str], here: Collection[str], now: datetime) -> None:
    """Mark the managers above those who changed; one who is claimed together with them reads the same facts anyway.

    Nobody need be called for it: who claims goes on until nothing is marked.
    """
    if not own:
        return
    first, last = period.first_day, period.last_day
    grown = trees(list_assignments_above(session, own, first, last), first, last)
    above = everybody_above(grown, own)
    leaders = set[str]().union(*above.values()) - set(here)
    mark_stale(session, [(person_id, period) for person_id in sorted(leaders)], now, for_team=True)
