"""What ranking promises: who is listed, when a board's version rises, and that a closed month's board stands still."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from service.domain.period import Period
from service.runtime import Runtime
from service.store.boards import find_board, list_standings_of
from service.store.tables import period as period_table
from tests.boards import NOON, NOVEMBER, Score, a_board, a_standard, five_people, rank_scores


def version_of(runtime: Runtime, board: str = "closer", period: Period = NOVEMBER) -> int:
    with runtime.reading() as session:
        row = find_board(session, board, period)
    return row.version if row else 0


def score_of(runtime: Runtime, person_id: str) -> int | None:
    with runtime.reading() as session:
        rows = list_standings_of(session, [person_id], NOVEMBER)
    return rows[0][1].score_tenths if rows else None


def test_a_board_carries_the_name_of_the_role_and_the_scores_of_the_scorecards(runtime: Runtime) -> None:
    a_board(runtime, five_people())
    with runtime.reading() as session:
        rows = list_standings_of(session, ["ana", "dara"], NOVEMBER)
    assert sorted((board, row.person_id, row.score_tenths) for board, row in rows) == [
        ("closer", "ana", 500),
        ("closer", "dara", 100),
    ]


def test_the_version_rises_once_for_a_call_that_changed_many_rows(runtime: Runtime) -> None:
    a_board(runtime, five_people())
    assert version_of(runtime) == 1


def test_ranking_the_same_scores_again_changes_nothing(runtime: Runtime) -> None:
    a_board(runtime, five_people())
    rank_scores(runtime, five_people(), now=NOON + timedelta(hours=1))
    with runtime.reading() as session:
        row = find_board(session, "closer", NOVEMBER)
    assert row is not None
    assert (row.version, row.updated_at) == (1, NOON)


def test_one_changed_score_moves_one_row_and_the_version(runtime: Runtime) -> None:
    a_board(runtime, five_people())
    rank_scores(runtime, [Score("dara", 700)])
    assert (score_of(runtime, "dara"), score_of(runtime, "ana"), version_of(runtime)) == (700, 500, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"tenths": None},
        {"tenths": 0},
        {"present_days": 0},
        {"standards": [a_standard(target=None)]},
        {"standards": [a_standard(target="0")]},
    ],
    ids=["no score", "nothing done", "never there", "no target", "a target of nothing"],
)
def test_who_takes_no_part_leaves_the_board(runtime: Runtime, change: dict[str, object]) -> None:
    a_board(runtime, five_people())
    rank_scores(runtime, [replace(Score("ana", 500), **change)])  # type: ignore[arg-type] # any field by name
    assert (score_of(runtime, "ana"), version_of(runtime)) == (None, 2)


def test_a_standard_attained_by_nothing_happening_is_reached_at_the_end_of_the_month(runtime: Runtime) -> None:
    a_board(runtime, [Score("ana", 1000, reached_at=None)])  # type: ignore[arg-type] # no fact gave it
    with runtime.reading() as session:
        [(_, row)] = list_standings_of(session, ["ana"], NOVEMBER)
    assert row.reached_at.date() == NOVEMBER.following.first_day


def test_the_board_of_a_closed_month_never_moves(runtime: Runtime) -> None:
    a_board(runtime, five_people())
    with runtime.transaction() as session:
        session.execute(
            period_table.update().where(period_table.c.period == str(NOVEMBER)).values(state="closed", version=1)
        )
    rank_scores(runtime, [Score("dara", 900)])
    assert (score_of(runtime, "dara"), version_of(runtime)) == (100, 1)
