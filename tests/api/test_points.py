"""`/v1/people/{id}/points` as a program sees it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient

from service.runtime import Runtime
from tests.application import Clock, Keys
from tests.awards import POINTED, of_october, two_calls
from tests.company import a_payment, an_assignment
from tests.teams import TeamCompany, on, team_rules

OCTOBER = "/v1/people/ann/points?period=2026-10"


@pytest.fixture
def company(runtime: Runtime) -> TeamCompany:
    """Ann, whose last days of October and first of November are full."""
    found = TeamCompany(runtime, now=on(20, month=11))
    found.found_team([an_assignment("ann")], team_rules(closer=POINTED))
    for day in [*of_october(1, 29, 30), date(2026, 11, 2)]:
        found.send(*two_calls("ann", day))
    found.send(a_payment("ann", "p1", "1000", on(5)))
    found.refresh()
    return found


@pytest.mark.usefixtures("company")
def test_points_come_with_their_reasons(client: FlaskClient, keys: Keys) -> None:
    answer = client.get(OCTOBER, headers=keys("activity:read")).get_json()
    assert answer["total"] == 3 * 4 + 3 * 5 + 20
    assert answer["rules"][0] == {
        "rule": "chain", "label": "Days in a row", "label_bg": "Поредни дни", "points": 20, "days": 1,
    }  # fmt: skip
    assert [item["explanation"] for item in answer["given"][-3:]] == [
        "2 x 2: 4 points",
        "2 days in a row: 20 points",
        "Full day: 5 points",
    ]
    assert answer["given"][-2]["explanation_bg"] == "2 поредни дни: 20 точки"


@pytest.mark.usefixtures("company")
def test_badges_come_with_the_day_and_the_nearest_next_one(client: FlaskClient, keys: Keys) -> None:
    answer = client.get(OCTOBER, headers=keys("activity:read")).get_json()
    [badge] = answer["badges"]
    assert (badge["badge"], badge["day"], badge["period"]) == ("rich", "2026-10-05", "2026-10")
    assert (answer["next_badge"]["badge"], answer["next_badge"]["percent"]) == ("caller", 80)


@pytest.mark.usefixtures("company")
def test_a_streak_stands_as_of_today_and_today_is_not_missed_before_it_is_over(
    client: FlaskClient, keys: Keys, clock: Clock
) -> None:
    headers = keys("activity:read")
    lengths = {}
    for day in (2, 3, 4, 5):
        clock.now = datetime(2026, 11, day, 15, tzinfo=UTC)
        [streak] = client.get("/v1/people/ann/points?period=2026-11", headers=headers).get_json()["streaks"]
        lengths[day] = (streak["length"], streak["done"], streak["of_days"])
    # The 3rd is frozen once it is over, the 4th begins again; 20 working days back from there to 5 October.
    assert [length for length, _, _ in lengths.values()] == [3, 3, 3, 0]
    assert lengths[2][1:] == (3, 20)
    assert lengths[5][1:] == (3, 20)


@pytest.mark.usefixtures("company")
def test_a_month_that_is_over_shows_its_streak_as_it_ended(client: FlaskClient, keys: Keys) -> None:
    [streak] = client.get(OCTOBER, headers=keys("activity:read")).get_json()["streaks"]
    assert streak["length"] == 2


@pytest.mark.usefixtures("company")
def test_points_need_a_key_that_may_see_activity_and_somebody_who_is_known(client: FlaskClient, keys: Keys) -> None:
    assert client.get(OCTOBER, headers=keys("people:read")).status_code == 403
    assert client.get("/v1/people/nobody/points", headers=keys("activity:read")).status_code == 404


@pytest.mark.usefixtures("company")
def test_the_present_month_is_meant_where_none_is_named(client: FlaskClient, keys: Keys) -> None:
    answer = client.get("/v1/people/ann/points", headers=keys("activity:read")).get_json()
    assert (answer["period"], answer["total"]) == ("2026-11", 9)
