"""A television shows one board to a room: totals and no names, for as long as its address holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.domain.device import USE_STEP
from service.flows.retire_device import retire_device
from service.reports.television import all_devices
from service.runtime import Runtime
from tests.accounts import a_television, site_of, with_login
from tests.application import Clock
from tests.boards import NOON, Score, a_board, a_standard

SCORES = [Score(f"person-{n}", tenths, name=f"Nobody Nameless {n}") for n, tenths in enumerate(range(1300, 500, -100))]


@pytest.fixture
def opened(runtime: Runtime, clock: Clock) -> Runtime:
    """A service with eight closers, four of them on plan."""
    clock.now = NOON
    return with_login(runtime)


@pytest.fixture
def site(opened: Runtime) -> Flask:
    """Its pages."""
    return site_of(opened)


@pytest.fixture
def wall(site: Flask) -> FlaskClient:
    """A television that knows nothing but its address."""
    return site.test_client()


def test_a_wall_shows_totals_how_many_are_on_plan_and_where_the_top_quarter_starts(
    opened: Runtime, wall: FlaskClient
) -> None:
    a_board(opened, SCORES)
    shown = wall.get(f"/tv/{a_television(opened)}?lang=en").text
    assert "<strong>4</strong> <span>of 8 people are on plan" in shown
    assert "<strong>120.0\N{NO-BREAK SPACE}%</strong> <span>is where the top quarter starts" in shown
    assert "7\N{NO-BREAK SPACE}920 of 15\N{NO-BREAK SPACE}840" in shown, "eight times 990 of 1980"


def test_a_wall_names_nobody_and_no_money(opened: Runtime, wall: FlaskClient) -> None:
    money = [a_standard(), a_standard(id="collected", title="Money", value_type="money")]
    scores = [Score(item.person_id, item.tenths, name=item.name, standards=money) for item in SCORES]
    a_board(opened, scores)
    shown = wall.get(f"/tv/{a_television(opened)}?lang=en").text
    assert "Dials" in shown
    assert "Money" not in shown
    assert not [item for item in scores if item.name in shown or item.person_id in shown]


def test_too_few_people_have_no_totals(opened: Runtime, wall: FlaskClient) -> None:
    a_board(opened, SCORES[:4])
    shown = wall.get(f"/tv/{a_television(opened)}?lang=en").text
    assert "Not enough people" in shown
    assert "Dials" not in shown


def test_a_retired_television_and_a_made_up_one_find_nothing(opened: Runtime, wall: FlaskClient) -> None:
    token = a_television(opened)
    assert wall.get(f"/tv/{token}").status_code == 200
    with opened.transaction() as session:
        retire_device(session, all_devices(session)[0].device_id, "admin", now=opened.now())
    assert wall.get(f"/tv/{token}").status_code == 404
    assert wall.get(f"/tv/{token}?part=live").status_code == 404
    assert wall.get("/tv/made-up").status_code == 404


def test_a_television_gets_no_cookie_and_tells_nobody_its_address(opened: Runtime, wall: FlaskClient) -> None:
    answer = wall.get(f"/tv/{a_television(opened)}")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_last_use_is_noted_now_and_then(opened: Runtime, wall: FlaskClient, clock: Clock) -> None:
    token = a_television(opened)
    first = clock.now
    for later, noted in ((timedelta(0), first), (USE_STEP / 2, first), (USE_STEP, first + USE_STEP)):
        clock.now = first + later
        assert wall.get(f"/tv/{token}?part=live").status_code == 200
        with opened.reading() as session:
            assert [item.last_used_at for item in all_devices(session)] == [noted]
