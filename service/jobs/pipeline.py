"""The jobs of the pipeline: they take no arguments, find their work in the database and may run twice."""

from __future__ import annotations

from service.flows.claim import claim
from service.flows.earn import earn
from service.flows.fill_calendar import fill_calendar
from service.flows.rank import rank
from service.flows.rebuild_facts import Place, Rebuilt, rebuild_facts
from service.flows.replay_quarantine import replay_quarantine
from service.flows.score import score
from service.runtime import current

MONTHS_AT_ONCE = 50
"""Person-months scored in one transaction: enough to share its queries, few enough to hold its locks for moments."""


def refresh() -> None:
    """Score, earn and rank until no person-month waits."""
    while refresh_some():
        pass


def refresh_some() -> int:
    """One transaction of the refresh; the number of person-months it did."""
    runtime = current()
    with runtime.transaction() as session:
        months = claim(session, MONTHS_AT_ONCE)
        fill_calendar(session, {period.year for _, period in months})
        score(session, months)
        earn(session, months)
        for period in sorted({period for _, period in months}):
            rank(session, [person_id for person_id, own in months if own == period], period, now=runtime.now())
    return len(months)


def replay() -> None:
    """Count the waiting events whose obstacle is gone."""
    runtime = current()
    after: int | None = 0
    while after is not None:
        with runtime.transaction() as session:
            after = replay_quarantine(session, after, now=runtime.now())


def rebuild() -> Rebuilt:
    """Make all facts again from the events, in steps; what was done, and how many facts were different before."""
    runtime = current()
    events = days = changed = 0
    place: Place | None = Place()
    while place is not None:
        with runtime.transaction() as session:
            step = rebuild_facts(session, place, now=runtime.now())
        events, days, changed = events + step.events, days + step.days, changed + step.changed_facts
        place = step.following
    return Rebuilt(events, days, changed, None)
