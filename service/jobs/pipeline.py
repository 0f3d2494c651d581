"""The jobs of the pipeline: they take no arguments, find their work in the database and may run twice."""

from __future__ import annotations

from service.flows.claim import claim
from service.flows.earn import earn
from service.flows.rank import rank
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
        score(session, months)
        earn(session, months)
        for period in sorted({period for _, period in months}):
            rank(session, [person_id for person_id, own in months if own == period], period, now=runtime.now())
    return len(months)
