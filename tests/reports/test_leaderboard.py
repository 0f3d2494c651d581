"""What a leaderboard shows: places, windows, pages, and whose names."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.figures import GAP, Language
from service.domain.period import Period, PeriodState
from service.reports.leaderboard import (
    BoardLine,
    BoardPageError,
    BoardQuery,
    Leaderboard,
    NotRankedError,
    UnknownBoardError,
    find_place,
    get_leaderboard,
)
from service.runtime import Runtime
from tests.boards import NOON, NOVEMBER, Score, a_board, a_standard, add_people, five_people, rank_scores


def read(runtime: Runtime, query: BoardQuery, now: datetime = NOON) -> Leaderboard:
    with runtime.reading() as session:
        return get_leaderboard(session, query, Language.EN, now=now)


def shown(board: Leaderboard) -> list[tuple[int, str]]:
    return [(line.place.rank, line.place.standing.person_id) for line in board.lines]


def query(**changes: object) -> BoardQuery:
    return BoardQuery("closer", NOVEMBER, **changes)  # type: ignore[arg-type] # any field by name


def many(count: int) -> list[Score]:
    """Scores in steps of two: every score is shared by two people."""
    return [Score(f"p{n:03d}", 1000 - n // 2) for n in range(count)]


def test_two_people_at_the_top_share_the_first_place_and_the_next_is_third(runtime: Runtime) -> None:
    a_board(runtime, five_people())
    board = read(runtime, query())
    assert shown(board) == [(1, "ana"), (1, "boris"), (3, "georgi"), (3, "vera"), (5, "dara")]
    assert [line.place.tied for line in board.lines] == [True, True, True, True, False]


def test_inside_a_tie_who_reached_it_first_stands_above(runtime: Runtime) -> None:
    a_board(runtime, [Score("ana", 500, NOON + timedelta(minutes=1)), Score("boris", 500, NOON)])
    assert shown(read(runtime, query())) == [(1, "boris"), (1, "ana")]


def test_the_gap_is_the_distance_to_the_next_higher_score(runtime: Runtime) -> None:
    a_board(runtime, five_people())
    assert [line.place.gap_tenths for line in read(runtime, query()).lines] == [None, None, 200, 200, 200]


def test_a_board_says_how_many_people_it_could_have_listed(runtime: Runtime) -> None:
    a_board(runtime, [*five_people(), Score("new", None)])
    board = read(runtime, query())
    assert (board.population, board.listed) == (6, 5)


@pytest.mark.parametrize(("person", "first", "last"), [("p000", 1, 5), ("p005", 4, 8), ("p009", 6, 10)])
def test_the_window_around_a_person_has_five_rows_at_both_ends_too(
    runtime: Runtime, person: str, first: int, last: int
) -> None:
    a_board(runtime, many(10))
    whole = read(runtime, query()).lines
    assert read(runtime, query(around=person)).lines == whole[first - 1 : last]


def test_a_board_of_three_is_its_own_window(runtime: Runtime) -> None:
    a_board(runtime, many(3))
    assert read(runtime, query(around="p001")).lines == read(runtime, query()).lines


def test_a_board_of_fifty_comes_whole_and_one_of_fifty_one_in_pages(runtime: Runtime) -> None:
    a_board(runtime, many(50))
    board = read(runtime, query())
    assert (len(board.lines), board.next_after) == (50, "")
    a_board(runtime, [Score("zora", 1)])
    board = read(runtime, query())
    assert len(board.lines) == 50
    assert shown(read(runtime, query(after=board.next_after))) == [(51, "zora")]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 12))
def test_pages_put_together_are_the_whole_board(runtime: Runtime, limit: int) -> None:
    """Ties that go over the edge of a page keep their rank, their tie and their gap."""
    if not read_or_empty(runtime):
        a_board(runtime, many(11))
    whole = read(runtime, query()).lines
    lines: list[BoardLine] = []
    after = ""
    for _ in range(12):
        page = read(runtime, query(limit=limit, after=after))
        lines += page.lines
        after = page.next_after
        if not after:
            break
    assert tuple(lines) == whole


def read_or_empty(runtime: Runtime) -> int:
    try:
        return read(runtime, query()).listed
    except UnknownBoardError:
        return 0


def test_a_team_is_ranked_among_itself(runtime: Runtime) -> None:
    a_board(runtime, [Score("ana", 500), Score("boris", 400, team="south"), Score("vera", 300)])
    board = read(runtime, query(team="north"))
    assert (shown(board), board.population) == ([(1, "ana"), (2, "vera")], 2)


def test_the_bottom_quarter_is_not_named(runtime: Runtime) -> None:
    a_board(runtime, [Score(f"p{n}", 1000 - n) for n in range(8)])
    assert [line.is_named for line in read(runtime, query()).lines] == [True] * 6 + [False] * 2


def test_on_every_page_the_same_people_are_not_named(runtime: Runtime) -> None:
    a_board(runtime, [Score(f"p{n}", 1000 - n) for n in range(8)])
    assert [line.is_named for line in read(runtime, query(around="p7")).lines] == [True] * 3 + [False] * 2


def test_beside_a_score_stands_the_target_that_weighs_most(runtime: Runtime) -> None:
    standards = [a_standard(weight="2/5"), a_standard(title="Money", value_type="money", target="37500", weight="3/5")]
    a_board(runtime, [Score("ana", 500, standards=standards)])
    assert read(runtime, query()).lines[0].plan == f"Money: 37{GAP}500.00{GAP}€"


def test_a_month_that_is_over_and_not_closed_is_settling(runtime: Runtime) -> None:
    a_board(runtime, five_people())
    assert read(runtime, query()).state is PeriodState.OPEN
    later = read(runtime, query(), NOON + timedelta(days=10))
    assert (later.state, later.is_provisional) == (PeriodState.SETTLING, True)


def test_a_role_without_anybody_ranked_has_an_empty_board(runtime: Runtime) -> None:
    add_people(runtime, five_people())
    board = read(runtime, query())
    assert (board.version, board.listed, board.lines) == (0, 0, ())


def test_a_board_of_no_role_is_unknown_and_the_answer_names_the_others(runtime: Runtime) -> None:
    add_people(runtime, five_people())
    with pytest.raises(UnknownBoardError, match="closer"):
        read(runtime, BoardQuery("closers", NOVEMBER))


def test_a_person_without_a_place_has_no_window(runtime: Runtime) -> None:
    a_board(runtime, five_people())
    with pytest.raises(NotRankedError, match="nobody"):
        read(runtime, query(around="nobody"))


@pytest.mark.parametrize("after", ["x", "bm90IGpzb24=", "WzEsMiwzXQ==", "WzEsICIyMDI2LTExLTAxIiwgImEiXQ=="])
def test_a_cursor_of_somebody_else_is_refused(runtime: Runtime, after: str) -> None:
    a_board(runtime, five_people())
    with pytest.raises(BoardPageError):
        read(runtime, query(after=after))


def test_each_period_has_a_board_of_its_own(runtime: Runtime) -> None:
    a_board(runtime, five_people())
    rank_scores(runtime, [Score("dara", 900)], Period(2026, 10))
    assert shown(read(runtime, BoardQuery("closer", Period(2026, 10)))) == [(1, "dara")]


def test_a_single_place_is_the_one_on_the_board(runtime: Runtime) -> None:
    a_board(runtime, many(7))
    whole = [line.place for line in read(runtime, query()).lines]
    with runtime.reading() as session:
        assert [find_place(session, "closer", NOVEMBER, place.standing.person_id) for place in whole] == whole
        assert find_place(session, "closer", NOVEMBER, "nobody") is None
