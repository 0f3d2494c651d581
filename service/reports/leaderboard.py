"""The leaderboard of a role in a period: a page of it, or the rows around one person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from service.domain import figures
from service.domain.errors import InvalidError, NotFoundError
from service.domain.figures import Language
from service.domain.leaderboard import (
    WHOLE_BOARD,
    Before,
    Place,
    Standing,
    around,
    first_unnamed_position,
    is_named,
    places,
)
from service.domain.period import Period, PeriodState
from service.reports.board_rows import (
    BoardScope,
    Cursor,
    board_names,
    count_listed,
    count_population,
    find_standing,
    read_before,
    read_rows,
    score_at,
)
from service.reports.periods import shown_period
from service.store.awards import sum_points
from service.store.boards import find_board
from service.store.people import list_people_of
from service.store.scorecards import list_scorecards

MAX_ROWS = 200
"""Rows of one answer: a page a reader can use, and a read of milliseconds."""


class UnknownBoardError(NotFoundError):
    """A board nobody has."""

    code = "unknown_board"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        names = ", ".join(known) or "none yet; a board appears with the first plan or person of a role"
        super().__init__(f'There is no board "{name[:64]}". Boards are named like roles: {names}.')


class NotRankedError(NotFoundError):
    """Somebody is not on the board."""

    code = "not_ranked"

    def __init__(self, person_id: str, scope: BoardScope) -> None:
        super().__init__(
            f'"{person_id[:64]}" is not ranked on the board {scope.board} in {scope.period}: '
            "that needs a target, a day at work and a score above zero."
        )


class BoardPageError(InvalidError):
    """A page that cannot be given."""

    code = "invalid_page"


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """What is asked for: a page after a cursor, or the window around a person; `team` narrows the board to a team."""

    board: str
    period: Period
    team: str = ""
    around: str = ""
    limit: int | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One row: the place with the name, whether others may read that name, the largest target, the game's points."""

    place: Place
    name: str
    is_named: bool
    plan: str
    points: int = 0


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """A leaderboard as asked for; `population` are the people of the role, `listed` those with a place."""

    query: BoardQuery
    version: int
    as_of: datetime
    state: PeriodState
    population: int
    listed: int
    lines: tuple[BoardLine, ...]
    next_after: str

    @property
    def is_provisional(self) -> bool:
        """Whether the numbers may still move."""
        return not self.state.is_closed


def get_leaderboard(session: Session, query: BoardQuery, language: Language, *, now: datetime) -> Leaderboard:
    """Read a leaderboard; a board without anybody on it is empty, a board of no role is an error."""
    scope = BoardScope(query.board, query.period, query.team)
    board = find_board(session, query.board, query.period)
    known = board_names(session)
    if board is None and query.board not in known:
        raise UnknownBoardError(query.board, known)
    listed = count_listed(session, scope)
    rows, following = _rows(session, scope, query, listed)
    before = read_before(session, scope, rows[0]) if rows else Before()
    shown = places(rows, before, following.score_tenths if following else None)
    return Leaderboard(
        query=query,
        version=board.version if board else 0,
        as_of=board.updated_at if board else now,
        state=shown_period(session, query.period, now=now).state,
        population=count_population(session, scope),
        listed=listed,
        lines=_lines(session, scope, shown, score_at(session, scope, first_unnamed_position(listed)), language),
        next_after=Cursor.of(rows[-1]).text if following and not query.around else "",
    )


def find_place(session: Session, board: str, period: Period, person_id: str) -> Place | None:
    """A person's place on a board, if it has one."""
    scope = BoardScope(board, period, "")
    own = find_standing(session, scope, person_id)
    if own is None:
        return None
    following = read_rows(session, scope, 1, after=Cursor.of(own))
    return places([own], read_before(session, scope, own), following[0].score_tenths if following else None)[0]


def _rows(
    session: Session, scope: BoardScope, query: BoardQuery, listed: int
) -> tuple[list[Standing], Standing | None]:
    """The rows to show in display order, and the one after them."""
    if query.around:
        return _window(session, scope, query.around, listed)
    limit = query.limit or WHOLE_BOARD
    if not 1 <= limit <= MAX_ROWS:
        raise BoardPageError(f"A page has 1 to {MAX_ROWS} rows; {limit} were asked for.")
    after = Cursor.parse(query.after) if query.after else None
    if query.after and after is None:
        raise BoardPageError('The value of "after" is not one that a page of this board ended with.')
    found = read_rows(session, scope, limit + 1, after=after)
    return found[:limit], found[limit] if len(found) > limit else None


def _window(session: Session, scope: BoardScope, person_id: str, listed: int) -> tuple[list[Standing], Standing | None]:
    own = find_standing(session, scope, person_id)
    if own is None:
        raise NotRankedError(person_id, scope)
    position = read_before(session, scope, own).people + 1
    first, last = around(position, listed)
    above = read_rows(session, scope, position - first, before=Cursor.of(own))
    below = read_rows(session, scope, last - position + 1, after=Cursor.of(own))
    rows = [*above, own, *below]
    size = last - first + 1
    return rows[:size], rows[size] if len(rows) > size else None


def _lines(
    session: Session, scope: BoardScope, shown: list[Place], unnamed_score: int | None, language: Language
) -> tuple[BoardLine, ...]:
    person_ids = [place.standing.person_id for place in shown]
    names = {person.person_id: person.name for person in list_people_of(session, person_ids)}
    cards = list_scorecards(session, [(person_id, scope.period) for person_id in person_ids])
    points = sum_points(session, person_ids, scope.period)
    plans = {card.person_id: _plan_text(card.document, language) for card in cards}
    return tuple(
        BoardLine(
            place,
            names.get(place.standing.person_id, place.standing.person_id),
            is_named(place, unnamed_score),
            plans.get(place.standing.person_id, ""),
            points.get(place.standing.person_id, 0),
        )
        for place in shown
    )


def _plan_text(document: str, language: Language) -> str:
    """The target of the standard that weighs most: the reader should see how much one lucky deal can move."""
    planned = [item for item in json.loads(document).get("standards", []) if item["target"] is not None]
    if not planned:
        return ""
    heaviest = max(planned, key=lambda item: Fraction(item["weight"]))
    title = heaviest["title_bg" if language is Language.BG else "title"] or heaviest["id"]
    return f"{title}: {figures.value(Fraction(heaviest['target']), heaviest['value_type'], language)}"
