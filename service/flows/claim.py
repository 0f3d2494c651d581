"""Claim the person-months that wait to be scored again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.period import Period
from service.store.scorecards import lock_scorecards
from service.store.stale import claim_stale


def claim(session: Session, limit: int) -> list[tuple[str, Period]]:
    """Take up to `limit` person-months for this transaction: delete the marks that are seen, then hold the months.

    The marks go first, so that whatever is ingested afterwards leaves a new one; the lock goes before the facts are
    read, so that two
    workers never score one month from different facts.
    """
    months = sorted(set(claim_stale(session, limit)), key=lambda item: (item[1], item[0]))
    lock_scorecards(session, months)
    return months
