"""A person's month: how much of the plan is done, each standard with its pace, and the own place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from service.domain.figures import Language
from service.domain.leaderboard import MIN_LISTED
from service.domain.period import Period
from service.reports.board_rows import BoardScope, score_at
from service.reports.leaderboard import BoardQuery, Leaderboard, find_place, get_leaderboard
from service.reports.person_month import PersonMonth, get_person_month

TOP_SHARE = Fraction(1, 4)
"""The best quarter is the benchmark people are shown: a rank alone tells nobody what to reach."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a person; `board` are the rows around the person, None where there is no place or too few people."""

    month: PersonMonth
    board: Leaderboard | None
    top_quarter_tenths: int | None


def get_month(session: Session, person_id: str, period: Period, language: Language, *, now: datetime) -> Month:
    """Read a person's month with the own place."""
    month = get_person_month(session, person_id, period, now=now)
    if not month.role or find_place(session, month.role, period, person_id) is None:
        return Month(month, None, None)
    board = get_leaderboard(session, BoardQuery(month.role, period, around=person_id), language, now=now)
    if board.listed < MIN_LISTED:
        return Month(month, None, None)
    position = max(int(board.listed * TOP_SHARE), 1)
    return Month(month, board, score_at(session, BoardScope(month.role, period, ""), position))
