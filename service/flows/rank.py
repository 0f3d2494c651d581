"""Rank people: from their scorecards to the standings of the role boards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time

from sqlalchemy.orm import Session

from service.domain.leaderboard import Standing, is_listed
from service.domain.period import Period
from service.store.boards import BoardStanding, bump_versions, replace_standings
from service.store.periods import lock_period
from service.store.scorecards import ScorecardRow, list_scorecards


def rank(session: Session, person_ids: Sequence[str], period: Period, *, now: datetime) -> None:
    """Bring the standings of these people up to their scorecards; the board of a closed month never moves.

    A board's version rises only if one of its rows changed, so a reader's copy stays good for as long as it is right.
    """
    if lock_period(session, period, shared=True).state.is_closed:
        return
    scorecards = list_scorecards(session, [(person_id, period) for person_id in person_ids])
    wanted = [standing for row in scorecards for standing in _standings(row)]
    changed = replace_standings(session, person_ids, period, wanted)
    bump_versions(session, changed, period, now)


def _standings(row: ScorecardRow) -> list[BoardStanding]:
    """The standing of one scorecard: on the board of its role, or none."""
    document = json.loads(row.document)
    has_plan = any(item["target"] not in {None, "0"} for item in document.get("standards", []))
    if row.score_tenths is None or not is_listed(
        row.score_tenths, has_plan=has_plan, present_days=document.get("present_days", 0)
    ):
        return []
    # A standard where less is better can be attained by nothing happening: that is reached when the month is over.
    reached_at = row.reached_at or datetime.combine(row.period.following.first_day, time(), UTC)
    return [(row.role, Standing(row.person_id, row.team, row.score_tenths, reached_at))]
