"""Rows of a board in display order: read by COUNT and keyset, never by counting through the whole board."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, union
from sqlalchemy.orm import Session

from service.domain.leaderboard import Before, Standing
from service.domain.period import Period
from service.store.derived_tables import scorecard, standing
from service.store.plan_tables import plan_in_force
from service.store.tables import assignment

_COLUMNS = standing.c


@dataclass(frozen=True, slots=True)
class BoardScope:
    """A board in a period, whole or one team of it."""

    board: str
    period: Period
    team: str

    @property
    def condition(self) -> ColumnElement[bool]:
        """The standings in it."""
        found = and_(_COLUMNS.board == self.board, _COLUMNS.period == str(self.period))
        return and_(found, _COLUMNS.team == self.team) if self.team else found


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the display order, between two rows."""

    score_tenths: int
    reached_at: datetime
    person_id: str

    @staticmethod
    def of(row: Standing) -> Cursor:
        """The place right at a row."""
        return Cursor(row.score_tenths, row.reached_at, row.person_id)

    @staticmethod
    def parse(text: str) -> Cursor | None:
        """Read `text` again; None if it is not one of ours."""
        try:
            score, reached, person_id = json.loads(base64.urlsafe_b64decode(text.encode()))
            reached_at = datetime.fromisoformat(reached)
        except (ValueError, TypeError, binascii.Error):
            return None
        if not (isinstance(score, int) and isinstance(person_id, str) and reached_at.tzinfo):
            return None
        return Cursor(score, reached_at, person_id)

    @property
    def text(self) -> str:
        """The cursor for an address."""
        value = [self.score_tenths, self.reached_at.isoformat(), self.person_id]
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()

    @property
    def following(self) -> ColumnElement[bool]:
        """The rows after it."""
        same = _COLUMNS.score_tenths == self.score_tenths
        later = or_(
            _COLUMNS.reached_at > self.reached_at,
            and_(_COLUMNS.reached_at == self.reached_at, _COLUMNS.person_id > self.person_id),
        )
        return or_(_COLUMNS.score_tenths < self.score_tenths, and_(same, later))

    @property
    def preceding(self) -> ColumnElement[bool]:
        """The rows before it."""
        same = _COLUMNS.score_tenths == self.score_tenths
        earlier = or_(
            _COLUMNS.reached_at < self.reached_at,
            and_(_COLUMNS.reached_at == self.reached_at, _COLUMNS.person_id < self.person_id),
        )
        return or_(_COLUMNS.score_tenths > self.score_tenths, and_(same, earlier))


def read_rows(
    session: Session, scope: BoardScope, limit: int, *, after: Cursor | None = None, before: Cursor | None = None
) -> list[Standing]:
    """Up to `limit` rows in display order: from the top, the next ones after a cursor, or the last ones before it."""
    query = select(standing).where(scope.condition).limit(limit)
    if before is not None:
        up = (_COLUMNS.score_tenths, _COLUMNS.reached_at.desc(), _COLUMNS.person_id.desc())
        return [_standing(row) for row in session.execute(query.where(before.preceding).order_by(*up))][::-1]
    if after is not None:
        query = query.where(after.following)
    down = (_COLUMNS.score_tenths.desc(), _COLUMNS.reached_at, _COLUMNS.person_id)
    return [_standing(row) for row in session.execute(query.order_by(*down))]


def read_before(session: Session, scope: BoardScope, row: Standing) -> Before:
    """What stands before a row."""
    higher = _COLUMNS.score_tenths > row.score_tenths
    counts = session.execute(
        select(
            func.count(),
            func.count(case((_COLUMNS.score_tenths == row.score_tenths, 1))),
            func.min(case((higher, _COLUMNS.score_tenths))),
        ).where(scope.condition, Cursor.of(row).preceding)
    ).one()
    return Before(people=counts[0], tied=counts[1], score_above=counts[2])


def find_standing(session: Session, scope: BoardScope, person_id: str) -> Standing | None:
    """A person's row on the board."""
    row = session.execute(select(standing).where(scope.condition, _COLUMNS.person_id == person_id)).one_or_none()
    return _standing(row) if row else None


def score_at(session: Session, scope: BoardScope, position: int) -> int | None:
    """The score at a position of the board, counted from 1."""
    query = select(_COLUMNS.score_tenths).where(scope.condition).order_by(_COLUMNS.score_tenths.desc())
    return session.execute(query.offset(position - 1).limit(1)).scalar()


def count_listed(session: Session, scope: BoardScope) -> int:
    """How many people have a place."""
    return session.execute(select(func.count()).select_from(standing).where(scope.condition)).scalar_one()


def count_population(session: Session, scope: BoardScope) -> int:
    """How many people have the role in the period, with a place or not."""
    columns = scorecard.c
    query = select(func.count()).where(columns.role == scope.board, columns.period == str(scope.period))
    return session.execute(query.where(columns.team == scope.team) if scope.team else query).scalar_one()


def board_names(session: Session) -> list[str]:
    """The boards there are: one for each role that has a plan or a person."""
    return sorted(session.scalars(union(select(plan_in_force.c.plan_id), select(assignment.c.role))))


def _standing(row: Row[Any]) -> Standing:
    return Standing(row.person_id, row.team, row.score_tenths, row.reached_at)
