"""The promises of a leaderboard: ranks, ties, windows, and who is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.leaderboard import (
    Before,
    RankKind,
    Standing,
    around,
    display_order,
    first_unnamed_position,
    is_listed,
    is_named,
    notation,
    places,
    ranks,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_standing(person_id: str, score_tenths: int, minutes: int = 0) -> Standing:
    return Standing(person_id, "north", score_tenths, NOON + timedelta(minutes=minutes))


def a_board(scores: list[int]) -> list[Standing]:
    return sorted((a_standing(f"p{n}", score) for n, score in enumerate(scores)), key=display_order)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (RankKind.COMPETITION, [1, 1, 3, 3, 5]),
        (RankKind.DENSE, [1, 1, 2, 2, 3]),
        (RankKind.ORDINAL, [1, 2, 3, 4, 5]),
        (RankKind.MODIFIED, [2, 2, 4, 4, 5]),
    ],
)
def test_five_people_with_two_ties_have_these_ranks(kind: RankKind, expected: list[int]) -> None:
    assert ranks([50, 50, 30, 30, 10], kind) == expected


def test_the_fourth_has_three_people_ahead() -> None:
    assert ranks([90, 80, 80, 70]) == [1, 2, 2, 4]


@given(st.lists(st.integers(1, 20), max_size=40))
def test_a_rank_is_one_more_than_the_people_with_a_higher_score(scores: list[int]) -> None:
    board = a_board(scores)
    expected = [1 + sum(other > row.score_tenths for other in scores) for row in board]
    assert [place.rank for place in places(board)] == expected


@given(st.lists(st.integers(1, 6), min_size=1, max_size=30), st.data())
def test_a_page_shows_what_the_whole_board_shows(scores: list[int], data: st.DataObject) -> None:
    board = a_board(scores)
    start = data.draw(st.integers(0, len(board) - 1))
    end = data.draw(st.integers(start + 1, len(board)))
    first = board[start].score_tenths
    higher = [row.score_tenths for row in board if row.score_tenths > first]
    before = Before(start, sum(row.score_tenths == first for row in board[:start]), min(higher, default=None))
    next_score = board[end].score_tenths if end < len(board) else None
    assert places(board[start:end], before, next_score) == places(board)[start:end]


def test_equal_scores_share_the_place_and_stand_in_the_order_they_were_reached() -> None:
    rows = [a_standing("vera", 500, 9), a_standing("ana", 500, 5), a_standing("boris", 500, 5)]
    shown = places(sorted(rows, key=display_order))
    assert [place.standing.person_id for place in shown] == ["ana", "boris", "vera"]
    assert {(place.rank, place.tied) for place in shown} == {(1, True)}


def test_the_gap_leads_to_the_next_higher_score_also_inside_a_tie() -> None:
    assert [place.gap_tenths for place in places(a_board([50, 50, 30, 30, 10]))] == [None, None, 20, 20, 20]


@pytest.mark.parametrize(
    ("people", "position", "expected"),
    [(10, 1, (1, 5)), (10, 2, (1, 5)), (10, 6, (4, 8)), (10, 10, (6, 10)), (3, 1, (1, 3))],
)
def test_the_window_around_a_person_is_clamped_at_both_ends(
    people: int, position: int, expected: tuple[int, int]
) -> None:
    assert around(position, people) == expected


def test_a_shared_place_is_written_with_an_equals_sign() -> None:
    assert (notation(3, tied=True), notation(4, tied=False)) == ("=3.", "4.")


@pytest.mark.parametrize(
    ("score", "has_plan", "present_days", "listed"),
    [(1, True, 1, True), (0, True, 1, False), (900, False, 5, False), (900, True, 0, False)],
)
def test_only_who_worked_on_a_plan_is_listed(score: int, *, has_plan: bool, present_days: int, listed: bool) -> None:
    assert is_listed(score, has_plan=has_plan, present_days=present_days) is listed


@pytest.mark.parametrize(("listed", "position"), [(4, 4), (5, 4), (8, 7), (10, 8), (20, 16)])
def test_the_bottom_quarter_begins_after_three_quarters(listed: int, position: int) -> None:
    assert first_unnamed_position(listed) == position


def test_a_tie_that_reaches_into_the_bottom_quarter_is_unnamed_as_a_whole() -> None:
    shown = places(a_board([90, 80, 70, 60, 50, 40, 40, 40]))
    assert [is_named(place, 40) for place in shown] == [True] * 5 + [False] * 3


def test_where_everybody_is_equal_nobody_is_worst() -> None:
    assert all(is_named(place, 50) for place in places(a_board([50] * 6)))
