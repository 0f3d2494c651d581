"""Scorecards for tests of boards and pages: people of one role with the scores a test is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from service.domain.event import JsonValue, canonical_json
from service.domain.period import Period
from service.domain.person import Person
from service.flows.rank import rank
from service.runtime import Runtime
from service.store.people import replace_people
from service.store.scorecards import ScorecardRow, lock_scorecards, replace_scorecards
from tests.company import an_assignment

NOVEMBER = Period(2026, 11)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Score:
    """What one person attained; None where nothing can be ranked."""

    person_id: str
    tenths: int | None
    reached_at: datetime = NOON
    name: str = ""
    team: str = "north"
    present_days: int = 15
    standards: Sequence[Mapping[str, JsonValue]] = field(default_factory=lambda: [a_standard()])


def a_standard(**changes: JsonValue) -> dict[str, JsonValue]:
    """One standard of a scorecard document."""
    plain: dict[str, JsonValue] = {
        "id": "dials",
        "title": "Dials",
        "title_bg": "Изходящи обаждания",
        "metric": "dials",
        "value_type": "num",
        "target": "1980",
        "actual": "990",
        "attainment": "1/2",
        "weight": "1",
        "cap": "3/2",
        "better": "higher",
        "prorated": True,
    }
    return plain | changes


def add_people(runtime: Runtime, scores: Sequence[Score]) -> None:
    """Store the people behind the scores, as closers."""
    people = [Person(item.person_id, item.name or item.person_id.title(), date(2025, 1, 1)) for item in scores]
    assignments = [an_assignment(item.person_id, team=item.team) for item in scores]
    with runtime.transaction() as session:
        replace_people(session, people, assignments, [])


def rank_scores(runtime: Runtime, scores: Sequence[Score], period: Period = NOVEMBER, now: datetime = NOON) -> None:
    """Score these people as given and rank them."""
    months = [(item.person_id, period) for item in scores]
    with runtime.transaction() as session:
        lock_scorecards(session, months)
        replace_scorecards(session, [_card(item, period) for item in scores])
        rank(session, [item.person_id for item in scores], period, now=now)


def a_board(runtime: Runtime, scores: Sequence[Score], period: Period = NOVEMBER) -> None:
    """People with their places."""
    add_people(runtime, scores)
    rank_scores(runtime, scores, period)


def five_people() -> list[Score]:
    """Two at 50 %, two at 30 %, one at 10 %."""
    tenths = {"ana": 500, "boris": 500, "vera": 300, "georgi": 300, "dara": 100}
    return [Score(person_id, value) for person_id, value in tenths.items()]


def _card(item: Score, period: Period) -> ScorecardRow:
    document = {
        "present_days": item.present_days,
        "workdays": 21,
        "paid_days": item.present_days,
        "grade": "middle",
        "standards": list(item.standards),
    }
    reached_at = item.reached_at if item.tenths else None
    return ScorecardRow(
        item.person_id, period, "closer", item.team, "", item.tenths, reached_at, canonical_json(document)
    )
