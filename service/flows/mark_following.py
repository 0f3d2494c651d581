"""Mark the later months that rest on a month that was worked out again: accumulating rules, and streaks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.period import Period, months_between
from service.plans import plan_from_document
from service.plans.accumulated import first_month
from service.store.awards import list_streaks
from service.store.plans import get_document
from service.store.scorecards import PersonMonth, list_inputs
from service.store.stale import mark_stale

DECEMBER = 12


def mark_following(session: Session, months: Sequence[PersonMonth], *, now: datetime) -> None:
    """Ask to score again what rests on these person-months: later ones of the same people that reach back to them."""
    later = [
        (person_id, period)
        for person_id, month in months
        for period in months_between(month.following, Period(month.year, DECEMBER))
    ]
    earliest = {person_id: min(month for who, month in months if who == person_id) for person_id, _ in months}
    resting = []
    for row in list_inputs(session, later):
        begin = first_month(plan_from_document(get_document(session, row.plan_hash)), row.period)
        if begin is not None and begin <= earliest[row.person_id]:
            resting.append((row.person_id, row.period))
    mark_stale(session, [*resting, *_with_other_streaks(session, months)], now)


def _with_other_streaks(session: Session, months: Sequence[PersonMonth]) -> list[PersonMonth]:
    """The months after these in which a streak did not begin at the length with which this month left it.

    Each of them asks for the next one in its turn, if its own end changes by that.
    """
    left = {
        (item.person_id, item.period.following, item.plan_id, item.rule): item.carried_out
        for item in list_streaks(session, months)
    }
    following = list_streaks(session, [(person_id, period.following) for person_id, period in months])
    return sorted(
        {
            (item.person_id, item.period)
            for item in following
            if item.carried_in != left.get((item.person_id, item.period, item.plan_id, item.rule), 0)
        }
    )
