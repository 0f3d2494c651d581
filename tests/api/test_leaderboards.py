"""`/v1/leaderboards` as a program sees it."""

from __future__ import annotations

from flask.testing import FlaskClient

from service.runtime import Runtime
from tests.application import Keys
from tests.boards import Score, a_board, five_people, rank_scores

BOARD = "/v1/leaderboards/closer?period=2026-11"


def test_a_board_tells_places_ties_gaps_and_how_it_was_ranked(
    runtime: Runtime, client: FlaskClient, keys: Keys
) -> None:
    a_board(runtime, five_people())
    answer = client.get(BOARD, headers=keys("boards:read")).get_json()
    assert {name: answer[name] for name in ("board_version", "state", "population", "listed", "provisional")} == {
        "board_version": 1,
        "state": "open",
        "population": 5,
        "listed": 5,
        "provisional": True,
    }
    assert (answer["rank_kind"], answer["tie_rule"]) == ("competition", "equal_shown_score_shares_the_place")
    assert [(row["rank"], row["rank_display"], row["person_id"]) for row in answer["rows"]] == [
        (1, "=1.", "ana"),
        (1, "=1.", "boris"),
        (3, "=3.", "georgi"),
        (3, "=3.", "vera"),
        (5, "5.", "dara"),
    ]
    last = answer["rows"][-1]
    assert last["score_display"].replace("\xa0", " ") == "10.0 %"
    assert (last["score_int"], last["gap_to_above_display"], last["may_be_named"]) == (100, "20.0", False)
    assert last["plan_display"] == "Dials: 1\xa0980"


def test_around_marks_the_person_asked_for(runtime: Runtime, client: FlaskClient, keys: Keys) -> None:
    a_board(runtime, [Score(f"p{n}", 1000 - n) for n in range(10)])
    answer = client.get(f"{BOARD}&around=p5", headers=keys("boards:read")).get_json()
    assert [(row["rank"], row["is_me"]) for row in answer["rows"]] == [
        (4, False),
        (5, False),
        (6, True),
        (7, False),
        (8, False),
    ]


def test_who_has_this_version_gets_nothing_again(runtime: Runtime, client: FlaskClient, keys: Keys) -> None:
    a_board(runtime, five_people())
    headers = keys("boards:read")
    tag = client.get(BOARD, headers=headers).headers["ETag"]
    assert tag.startswith('W/"closer-1-key')
    same = client.get(BOARD, headers={**headers, "If-None-Match": tag})
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    rank_scores(runtime, [Score("dara", 900)])
    assert client.get(BOARD, headers={**headers, "If-None-Match": tag}).status_code == 200


def test_pages_are_followed_by_their_cursor(runtime: Runtime, client: FlaskClient, keys: Keys) -> None:
    a_board(runtime, five_people())
    headers = keys("boards:read")
    first = client.get(f"{BOARD}&limit=3", headers=headers).get_json()
    second = client.get(f"{BOARD}&limit=3&after={first['next_after']}", headers=headers).get_json()
    assert [row["rank"] for row in first["rows"] + second["rows"]] == [1, 1, 3, 3, 5]
    assert second["next_after"] == ""


def test_the_present_month_is_meant_where_none_is_named(runtime: Runtime, client: FlaskClient, keys: Keys) -> None:
    a_board(runtime, five_people())
    answer = client.get("/v1/leaderboards/closer", headers=keys("boards:read")).get_json()
    assert (answer["period"], answer["listed"]) == ("2026-11", 5)


def test_a_board_of_no_role_is_not_found(client: FlaskClient, keys: Keys) -> None:
    answer = client.get("/v1/leaderboards/nobody", headers=keys("boards:read"))
    assert (answer.status_code, answer.get_json()["code"]) == (404, "unknown_board")


def test_a_board_opens_with_its_scope_alone(runtime: Runtime, client: FlaskClient, keys: Keys) -> None:
    a_board(runtime, five_people())
    assert client.get(BOARD).status_code == 401
    assert client.get(BOARD, headers=keys("payouts:read")).status_code == 403


def test_a_page_too_long_and_a_period_that_is_none_are_named(client: FlaskClient, keys: Keys) -> None:
    headers = keys("boards:read")
    assert client.get(f"{BOARD}&limit=201", headers=headers).status_code == 422
    wrong = client.get("/v1/leaderboards/closer?period=2026-13", headers=headers)
    assert (wrong.status_code, wrong.get_json()["code"]) == (422, "invalid_period")
