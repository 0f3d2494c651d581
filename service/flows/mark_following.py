"""Mark the months that rest on a month worked out again: accumulating rules, streaks, and the next open month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.period import Period, months_between
from service.plans import plan_from_document
from service.plans.accumulated import first_month
from service.plans.carried import is_carrying
from service.store.awards import list_streaks
from service.store.earnings import list_people_settling
from service.store.parts import list_held
from service.store.periods import find_earliest_open
from service.store.plans import get_document
from service.store.reductions import list_people_decided
from service.store.scorecards import PersonMonth, list_inputs, list_scorecards
from service.store.stale import mark_stale

DECEMBER = 12


def mark_following(session: Session, months: Sequence[PersonMonth], *, now: datetime) -> None:
    """Ask to score again what rests on these person-months: later ones of the same people that reach back to them."""
    resting = [*_accumulating(session, months), *_with_other_streaks(session, months), *_carrying(session, months)]
    mark_stale(session, resting, now)


def _accumulating(session: Session, months: Sequence[PersonMonth]) -> list[PersonMonth]:
    """The later months of the year whose rules accumulate over one of these."""
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
    return resting


def _carrying(session: Session, months: Sequence[PersonMonth]) -> list[PersonMonth]:
    """The next open month of each, where it was scored and balances, held money or reductions are carried into it.

    A closed month keeps the balances it was closed with; what follows the next one is marked when that one is scored.
    """
    next_open = {period: find_earliest_open(session, period.following) for period in {period for _, period in months}}
    following = sorted({(person_id, next_open[period]) for person_id, period in months})
    scored = [(row.person_id, row.period) for row in list_scorecards(session, following)]
    people = {person_id for person_id, _ in scored}
    if not people:
        return []
    resting = {held.person_id for held in list_held(session, people) if held.part.amount_minor}
    resting |= list_people_settling(session, people) | list_people_decided(session, people)
    carrying = {
        (row.person_id, row.period)
        for row in list_inputs(session, scored)
        if is_carrying(plan_from_document(get_document(session, row.plan_hash)))
    }
    return [month for month in scored if month[0] in resting or month in carrying]


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
