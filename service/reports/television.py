"""What a television shows of a board: totals of the role and how many are on plan; no person and no money."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.account import token_hash
from service.domain.device import Device
from service.domain.figures import Language
from service.domain.leaderboard import MIN_LISTED
from service.domain.period import Period
from service.reports.board_rows import BoardScope, board_names, count_listed, score_at
from service.reports.company import company_timezone, company_today
from service.reports.leaderboard import UnknownBoardError
from service.reports.roles import role_titles
from service.store import devices
from service.store.boards import find_board
from service.store.derived_tables import scorecard, standing

ON_PLAN_TENTHS = 1000
"""A score of 100,0 %."""

TOTALS_SHOWN = 4
"""Standards on one screen: what is read from across a room."""


@dataclass(frozen=True, slots=True)
class Total:
    """A standard of everybody in the role together."""

    title: str
    actual: Fraction
    target: Fraction

    @property
    def share(self) -> Fraction:
        """What part of the target is done."""
        return self.actual / self.target


@dataclass(frozen=True, slots=True)
class Television:
    """The screen of a board; with too few people for totals that tell of nobody in particular, it has none."""

    title: str
    period: Period
    listed: int
    on_plan: int
    quarter_tenths: int | None
    totals: tuple[Total, ...]
    as_of: datetime
    zone: str

    @property
    def is_shown(self) -> bool:
        """Whether there are enough people."""
        return self.listed >= MIN_LISTED


def all_devices(session: Session) -> list[Device]:
    """Every device, the oldest first."""
    return devices.list_devices(session)


def find_device(session: Session, token: str) -> Device | None:
    """The device in use that has this token."""
    return devices.find_device_by_token(session, token_hash(token))


def demand_board(session: Session, board: str) -> None:
    """Raise `UnknownBoardError` where nobody has such a board."""
    known = board_names(session)
    if board not in known:
        raise UnknownBoardError(board, known)


def get_television(session: Session, board: str, language: Language, *, now: datetime) -> Television:
    """Read the present month of a board for a room."""
    today = company_today(session, now)
    period = Period.of(today)
    scope = BoardScope(board, period, "")
    listed = count_listed(session, scope)
    on_plan = (
        select(func.count()).select_from(standing).where(scope.condition, standing.c.score_tenths >= ON_PLAN_TENTHS)
    )
    row = find_board(session, board, period)
    enough = listed >= MIN_LISTED
    return Television(
        title=role_titles(session, today, language).get(board, board),
        period=period,
        listed=listed,
        on_plan=session.execute(on_plan).scalar_one() if enough else 0,
        quarter_tenths=score_at(session, scope, max(1, listed // 4)) if enough else None,
        totals=_totals(session, scope, language) if enough else (),
        as_of=row.updated_at if row else now,
        zone=company_timezone(session, now),
    )


def _totals(session: Session, scope: BoardScope, language: Language) -> tuple[Total, ...]:
    columns = scorecard.c
    query = select(columns.document).where(columns.role == scope.board, columns.period == str(scope.period))
    cards = (json.loads(document).get("standards", []) for document in session.scalars(query))
    return tuple(_added_up([item for card in cards for item in card], language))[:TOTALS_SHOWN]


def _added_up(standards: Iterable[Mapping[str, Any]], language: Language) -> Iterable[Total]:
    """Each standard that counts things, of everybody together, where everybody asked of it has a target above zero."""
    title = "title_bg" if language is Language.BG else "title"
    found: dict[str, Total] = {}
    for item in standards:
        # What money comes in is nothing for a wall that visitors see.
        if item["value_type"] != "num" or item["target"] is None:
            continue
        so_far = found.get(item["id"], Total(item[title] or item["id"], Fraction(0), Fraction(0)))
        actual, target = Fraction(item["actual"]), Fraction(item["target"])
        found[item["id"]] = Total(so_far.title, so_far.actual + actual, so_far.target + target)
    return [total for total in found.values() if total.target]
