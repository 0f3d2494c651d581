"""Standings and boards: the rows of each role's leaderboard, and a version that rises when any of them changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service.domain.leaderboard import Standing
from service.domain.period import Period
from service.store.derived_tables import board, standing
from service.store.dialect import bulk_insert, insert_new

BoardStanding = tuple[str, Standing]
"""A standing and the board it belongs to."""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A board in a period: how often it changed, and when it last did."""

    board: str
    period: Period
    version: int
    updated_at: datetime


def replace_standings(
    session: Session, person_ids: Sequence[str], period: Period, wanted: Sequence[BoardStanding]
) -> list[str]:
    """Make these people's standings in a period exactly the wanted ones; the boards that changed, sorted."""
    before = set(list_standings_of(session, person_ids, period))
    gone, new = before - set(wanted), set(wanted) - before
    if gone:
        session.execute(
            delete(standing).where(
                standing.c.period == str(period), standing.c.person_id.in_({row.person_id for _, row in gone})
            )
        )
        new |= {(name, row) for name, row in wanted if row.person_id in {old.person_id for _, old in gone}}
    bulk_insert(session, standing, [_values(name, period, row) for name, row in sorted(new, key=_identity)])
    return sorted({name for name, _ in gone | new})


def bump_versions(session: Session, boards: Sequence[str], period: Period, now: datetime) -> None:
    """Raise the version of boards that changed, in one order so that two workers never wait for each other."""
    for name in sorted(set(boards)):
        row = {"board": name, "period": str(period), "version": 0, "updated_at": now}
        insert_new(session, board, [row], ("board", "period"), ("board",))
        session.execute(
            update(board)
            .where(board.c.board == name, board.c.period == str(period))
            .values(version=board.c.version + 1, updated_at=now)
        )


def find_board(session: Session, name: str, period: Period) -> BoardRow | None:
    """A board in a period, if anybody was ever ranked on it."""
    columns = board.c
    row = session.execute(
        select(columns.version, columns.updated_at).where(columns.board == name, columns.period == str(period))
    ).one_or_none()
    return BoardRow(name, period, row.version, row.updated_at) if row else None


def list_boards(session: Session, period: Period) -> list[BoardRow]:
    """All boards of a period, by name."""
    columns = board.c
    rows = session.execute(
        select(columns.board, columns.version, columns.updated_at)
        .where(columns.period == str(period))
        .order_by(columns.board)
    )
    return [BoardRow(row.board, period, row.version, row.updated_at) for row in rows]


def list_standings_of(session: Session, person_ids: Sequence[str], period: Period) -> list[BoardStanding]:
    """The standings of some people in a period."""
    columns = standing.c
    rows = session.execute(
        select(columns.board, columns.person_id, columns.team, columns.score_tenths, columns.reached_at).where(
            columns.period == str(period), columns.person_id.in_(person_ids)
        )
    )
    return [(row.board, Standing(row.person_id, row.team, row.score_tenths, row.reached_at)) for row in rows]


def _values(name: str, period: Period, row: Standing) -> dict[str, object]:
    return {
        "board": name,
        "period": str(period),
        "person_id": row.person_id,
        "team": row.team,
        "score_tenths": row.score_tenths,
        "reached_at": row.reached_at,
    }


def _identity(item: BoardStanding) -> tuple[str, str]:
    return item[0], item[1].person_id
