"""The outcome of a demo: what became of the events, who leads, one statement, the payouts and the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from service.domain.earning import RELEASE, EarningLine
from service.domain.figures import Language
from service.domain.money import format_minor
from service.domain.payout import PayoutReport
from service.domain.period import Period
from service.reports.earnings import get_earnings
from service.reports.leaderboard import BoardLine, BoardQuery, get_leaderboard
from service.reports.ledger import verify_ledger
from service.reports.payouts import payout_report
from service.reports.statement import Statement, get_statement
from service.runtime import Runtime

BOARDS = ("closer", "farmer")
"""The boards of the demo; the leader of the first one has the statement explained."""


@dataclass(frozen=True, slots=True)
class Season:
    """How the season went: its people, what became of its messages, and how long the waiting was."""

    people: int
    states: Mapping[str, int]
    ingest_s: float
    close_s: float


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the board."""

    rank: int
    person_id: str
    name: str
    team: str
    score_tenths: int
    tied: bool = False


@dataclass(frozen=True, slots=True)
class LateNews:
    """A line of the open month that corrects the closed one, and whose it is."""

    name: str
    line: EarningLine


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything the demo has to show."""

    period: Period
    season: Season
    boards: Mapping[str, Sequence[Place]]
    statement: Statement
    payouts: PayoutReport
    late_news: Sequence[LateNews]
    entries: int
    balanced: bool


def read_outcome(runtime: Runtime, period: Period, season: Season) -> Outcome:
    """Read the boards, the statement of the first closer, the payouts and the books of a closed month."""
    with runtime.reading() as session:
        boards = {board: _places(session, board, period, runtime) for board in BOARDS}
        books = verify_ledger(session)
        return Outcome(
            period=period,
            season=season,
            boards=boards,
            statement=get_statement(session, boards[BOARDS[0]][0].person_id, period),
            payouts=payout_report(session, period),
            late_news=[
                item for places in boards.values() for place in places for item in _news(session, place, period)
            ],
            entries=books.entries,
            balanced=books.balanced,
        )


def held_minor(outcome: Outcome) -> int:
    """What the closed month held back of everybody until their customers have paid in full."""
    return sum(payout.held_minor for payout in outcome.payouts.payouts)


def released_minor(outcome: Outcome) -> int:
    """What of it the present month releases so far to those on the boards."""
    return sum(item.line.amount_minor for item in outcome.late_news if item.line.kind == RELEASE)


def outcome_document(outcome: Outcome, board: str) -> dict[str, object]:
    """The outcome as one JSON object, with the places of one board."""
    return {
        "period": str(outcome.period),
        "people": outcome.season.people,
        "events": {state: outcome.season.states.get(state, 0) for state in ("accepted", "duplicate", "quarantined")},
        "leaderboard": [
            {"rank": place.rank, "person": place.person_id, "score": place.score_tenths / 10}
            for place in outcome.boards[board]
        ],
        "statement": outcome.statement.document,
        "statement_hash": outcome.statement.document_hash,
        "payouts": {"people": outcome.payouts.people, "total": format_minor(outcome.payouts.total_minor)},
        "held_back": {
            "at_close": format_minor(held_minor(outcome)),
            "released_since": format_minor(released_minor(outcome)),
        },
        "ledger": {"entries": outcome.entries, "balanced": outcome.balanced},
        "seconds": {"ingest": round(outcome.season.ingest_s, 2), "close": round(outcome.season.close_s, 2)},
    }


def _news(session: Session, place: Place, period: Period) -> list[LateNews]:
    lines = get_earnings(session, place.person_id, period.following).lines
    return [LateNews(place.name, line) for line in lines if line.month_worked == period]


def _places(session: Session, board: str, period: Period, runtime: Runtime) -> list[Place]:
    found = get_leaderboard(session, BoardQuery(board, period), Language.EN, now=runtime.now())
    return [_place(line) for line in found.lines]


def _place(line: BoardLine) -> Place:
    standing = line.place.standing
    return Place(
        line.place.rank, standing.person_id, line.name, standing.team, standing.score_tenths, tied=line.place.tied
    )


def score_text(score_tenths: int) -> str:
    """A score as the board shows it: 1042 tenths of a percent are 104.2."""
    return str(Decimal(score_tenths).scaleb(-1))
