"""`/v1/leaderboards`: who stands where on the board of a role."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, request
from marshmallow import Schema, fields, validate

from service.api.auth import requires
from service.api.reader import Blueprint
from service.domain import figures
from service.domain.figures import Language
from service.domain.leaderboard import MIN_LISTED, TIE_RULE, RankKind, notation
from service.domain.period import Period
from service.reports.company import company_today
from service.reports.leaderboard import MAX_ROWS, BoardLine, BoardQuery, Leaderboard, get_leaderboard
from service.runtime import current

AUDIENCE = "key"
"""Whom an answer is for, as part of its version: a copy made for a program is never given to a person."""

blueprint = Blueprint(
    "leaderboards", __name__, url_prefix="/v1/leaderboards", description="Who stands where on the board of a role."
)


class LeaderboardQuerySchema(Schema):
    """Which part of the board."""

    period = fields.String(metadata={"description": "A month like 2026-10; the present month if left out"})
    team = fields.String(load_default="", metadata={"description": "Rank the people of one team among themselves"})
    around = fields.String(load_default="", metadata={"description": "Five rows around this person"})
    limit = fields.Integer(
        validate=validate.Range(1, MAX_ROWS), metadata={"description": "Rows of a page; up to 50 come without it"}
    )
    after = fields.String(load_default="", metadata={"description": "`next_after` of the page before"})


class BoardRowSchema(Schema):
    """One row of a board."""

    rank = fields.Integer()
    rank_display = fields.String(metadata={"description": '"3." alone, "=3." shared'})
    tied = fields.Boolean()
    person_id = fields.String()
    display_name = fields.String()
    may_be_named = fields.Boolean(
        metadata={"description": "False in the bottom quarter: show the row to others without name and person_id"}
    )
    is_me = fields.Boolean(metadata={"description": "Whether this is the person asked for by `around`"})
    team = fields.String()
    score_int = fields.Integer(metadata={"description": "Tenths of a percent"})
    score_display = fields.String()
    gap_to_above_display = fields.String(
        allow_none=True, metadata={"description": "Points to the next higher score; null at the top"}
    )
    plan_display = fields.String(metadata={"description": "The target of the standard that weighs most"})


class LeaderboardSchema(Schema):
    """A leaderboard, or a part of it."""

    board = fields.String()
    period = fields.String()
    team = fields.String()
    board_version = fields.Integer(metadata={"description": "Rises whenever a row of the board changed"})
    as_of = fields.AwareDateTime()
    state = fields.String(metadata={"description": "open, settling, closed, approved or paid"})
    provisional = fields.Boolean()
    population = fields.Integer(metadata={"description": "People of the role in the period"})
    listed = fields.Integer(metadata={"description": "Those of them with a place"})
    may_be_shown = fields.Boolean(metadata={"description": "False with fewer than five people on the board"})
    rank_kind = fields.String()
    tie_rule = fields.String()
    rows = fields.List(fields.Nested(BoardRowSchema))
    next_after = fields.String(metadata={"description": "Ask for the next page with it; empty on the last one"})


@blueprint.get("/<board>")
@requires("boards:read")
@blueprint.arguments(LeaderboardQuerySchema, location="query")
@blueprint.response(200, LeaderboardSchema, headers={"ETag": {"schema": {"type": "string"}}})
@blueprint.alt_response(304, description="Nothing changed since the ETag in If-None-Match", success=True)
def read_leaderboard(query: dict[str, Any], board: str) -> object:
    """Attainment of plan on the board of a role: competition ranks, equal shown scores share a place."""
    now = current().now()
    with current().reading() as session:
        period = Period.parse(query.pop("period", None) or str(Period.of(company_today(session, now))))
        found = get_leaderboard(session, BoardQuery(board, period, **query), Language.EN, now=now)
    return _unchanged(found) or (_document(found), {"ETag": _etag(found)})


def _etag(board: Leaderboard) -> str:
    return f'W/"{board.query.board}-{board.version}-{AUDIENCE}.{board.state}"'


def _unchanged(board: Leaderboard) -> Response | None:
    """The answer to somebody who has this version already."""
    if _etag(board).removeprefix("W/").strip('"') not in request.if_none_match.as_set(include_weak=True):
        return None
    response = make_response("", 304)
    response.headers["ETag"] = _etag(board)
    return response


def _document(board: Leaderboard) -> dict[str, object]:
    query = board.query
    return {
        "board": query.board,
        "period": str(query.period),
        "team": query.team,
        "board_version": board.version,
        "as_of": board.as_of,
        "state": board.state.value,
        "provisional": board.is_provisional,
        "population": board.population,
        "listed": board.listed,
        "may_be_shown": board.listed >= MIN_LISTED,
        "rank_kind": RankKind.COMPETITION.value,
        "tie_rule": TIE_RULE,
        "rows": [_row(line, query.around) for line in board.lines],
        "next_after": board.next_after,
    }


def _row(line: BoardLine, me: str) -> dict[str, object]:
    place, standing = line.place, line.place.standing
    return {
        "rank": place.rank,
        "rank_display": notation(place.rank, tied=place.tied),
        "tied": place.tied,
        "person_id": standing.person_id,
        "display_name": line.name,
        "may_be_named": line.is_named,
        "is_me": standing.person_id == me,
        "team": standing.team,
        "score_int": standing.score_tenths,
        "score_display": figures.score(standing.score_tenths, Language.EN),
        "gap_to_above_display": None if place.gap_tenths is None else figures.points(place.gap_tenths, Language.EN),
        "plan_display": line.plan,
    }
