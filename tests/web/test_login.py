"""Logging in: the right person gets in, a guess does not, and nobody can tell which part of it was wrong."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.domain.account import LINK_LIFETIME, SESSION_IDLE, SESSION_LIFETIME, Role
from service.domain.login_guard import FREE_TRIES, LONGEST_WAIT, account_key
from service.flows.change_account import change_account
from service.flows.make_reset_link import make_reset_link
from service.flows.take_login_try import take_login_try
from service.runtime import Runtime
from service.web.login import BROWSER_COOKIE
from tests.accounts import PASSWORD, an_account, log_in, send, site_of, with_login
from tests.application import Clock

FINANCE = "fin@example.com"


@pytest.fixture
def opened(runtime: Runtime) -> Runtime:
    """A service with one account of finance."""
    found = with_login(runtime)
    an_account(found, FINANCE, Role.FINANCE)
    return found


@pytest.fixture
def site(opened: Runtime) -> Flask:
    """Its pages."""
    return site_of(opened)


@pytest.fixture
def stranger(site: Flask) -> FlaskClient:
    """A browser nobody has logged in with."""
    return site.test_client()


def is_inside(visitor: FlaskClient) -> bool:
    return visitor.get("/people").status_code == 200


def session_cookie(visitor: FlaskClient) -> str:
    found = visitor.get_cookie("stimul")
    assert found is not None
    return found.value


def test_the_right_password_opens_and_leads_back_to_the_page_that_was_asked_for(stranger: FlaskClient) -> None:
    asked = stranger.get("/people?lang=en")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/login?next=/people%3Flang%3Den")
    answer = send(stranger, "/login", login=f" {FINANCE.upper()} ", password=PASSWORD, next="/people?lang=en")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people?lang=en")
    assert is_inside(stranger)


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x"])
def test_the_login_leads_to_our_own_pages_alone(stranger: FlaskClient, target: str) -> None:
    answer = send(stranger, "/login", login=FINANCE, password=PASSWORD, next=target)
    assert answer.headers["Location"] == "/me"


@pytest.mark.parametrize(("login", "password"), [(FINANCE, "not this one at all"), ("nobody", PASSWORD), ("", "")])
def test_what_was_wrong_is_never_told(stranger: FlaskClient, login: str, password: str) -> None:
    known = send(stranger, "/login", login=FINANCE, password="not this one either")
    answer = send(stranger, "/login", login=login, password=password)
    assert answer.status_code == 401
    plain = re.compile('name="csrf_token" value="[^"]*"')
    assert plain.sub("", answer.text) == plain.sub("", known.text)
    assert not is_inside(stranger)


def test_a_closed_account_does_not_open_and_its_sessions_end_at_once(opened: Runtime, site: Flask) -> None:
    inside = log_in(site, FINANCE)
    with opened.transaction() as session:
        change_account(session, FINANCE, [Role.FINANCE], "admin", is_open=False, now=opened.now())
    assert not is_inside(inside)
    assert send(site.test_client(), "/login", login=FINANCE, password=PASSWORD).status_code == 401


def test_a_cookie_that_was_stolen_opens_nothing_after_the_logout(site: Flask) -> None:
    owner, thief = log_in(site, FINANCE), site.test_client()
    thief.set_cookie("stimul", session_cookie(owner))
    assert is_inside(thief)
    assert send(owner, "/logout").status_code == 303
    assert not is_inside(owner)
    assert not is_inside(thief)


def test_a_cookie_planted_before_the_login_opens_nothing_after_it(site: Flask) -> None:
    owner, planter = site.test_client(), site.test_client()
    planter.get("/login")
    owner.set_cookie("stimul", session_cookie(planter))
    assert send(owner, "/login", login=FINANCE, password=PASSWORD).status_code == 303
    assert session_cookie(owner) != session_cookie(planter)
    assert not is_inside(planter)


def test_a_cookie_that_was_changed_opens_nothing(site: Flask) -> None:
    owner, forger = log_in(site, FINANCE), site.test_client()
    body, _, signature = session_cookie(owner).rpartition(".")
    forger.set_cookie("stimul", f"{body}.{signature[::-1]}")
    assert not is_inside(forger)


@pytest.mark.parametrize("later", [SESSION_IDLE, SESSION_LIFETIME])
def test_a_session_ends_when_it_was_idle_or_is_old(site: Flask, clock: Clock, later: timedelta) -> None:
    inside = log_in(site, FINANCE)
    step, ends = SESSION_IDLE / 2, clock.now + later
    while clock.now + step < ends and later == SESSION_LIFETIME:
        clock.now += step
        assert is_inside(inside)
    clock.now = ends
    assert not is_inside(inside)


@pytest.mark.parametrize("path", ["/login", "/logout", "/account/password", "/viewer"])
def test_a_form_of_another_site_is_refused(site: Flask, path: str) -> None:
    inside = log_in(site, FINANCE)
    for fields in ({}, {"csrf_token": "made up"}):
        answer = inside.post(path, data={"login": FINANCE, "password": PASSWORD, **fields})
        assert answer.status_code == 400
    assert is_inside(inside)


def test_a_bot_is_stopped_and_locks_nobody_out_for_good(site: Flask, clock: Clock) -> None:
    owner = log_in(site, FINANCE)
    bot = site.test_client()
    for number in range(FREE_TRIES + 3):
        send(bot, "/login", login=FINANCE, password=f"a guess like number {number}")
    assert send(bot, "/login", login=FINANCE, password=PASSWORD).status_code == 401, "it waits, even when it is right"
    assert send(owner, "/login", login=FINANCE, password=PASSWORD).status_code == 303, (
        "a known browser has its own count"
    )
    clock.now += LONGEST_WAIT
    assert send(site.test_client(), "/login", login=FINANCE, password=PASSWORD).status_code == 303


def test_ten_thousand_guesses_come_to_a_handful_that_are_looked_at(opened: Runtime, clock: Clock) -> None:
    begun, looked_at = clock.now, 0
    for _ in range(10_000):
        with opened.transaction() as session:
            looked_at += take_login_try(session, [account_key(FINANCE)], now=clock.now)
        clock.now += timedelta(seconds=1)
    hours = (clock.now - begun) / timedelta(hours=1)
    assert looked_at < FREE_TRIES + 12 + hours * 4


def test_a_mark_of_a_browser_is_good_for_its_own_account_alone(opened: Runtime, site: Flask) -> None:
    an_account(opened, "other", Role.FINANCE)
    owner, bot = log_in(site, "other"), site.test_client()
    mark = owner.get_cookie(BROWSER_COOKIE)
    assert mark is not None
    bot.set_cookie(BROWSER_COOKIE, mark.value)
    for number in range(FREE_TRIES + 1):
        send(bot, "/login", login=FINANCE, password=f"a guess like number {number}")
    fresh = site.test_client()
    assert send(fresh, "/login", login=FINANCE, password=PASSWORD).status_code == 401


def test_a_one_time_link_sets_a_password_once_and_ends_every_session(opened: Runtime, site: Flask) -> None:
    inside, visitor = log_in(site, FINANCE), site.test_client()
    with opened.transaction() as session:
        token = make_reset_link(session, FINANCE, "admin", forget_code=False, now=opened.now())
    assert send(visitor, f"/reset/{token}", password="short").status_code == 422
    assert send(visitor, f"/reset/{token}", password="another four words here").status_code == 303
    assert not is_inside(inside)
    assert send(visitor, f"/reset/{token}", password="and four words again too").status_code == 404
    assert send(visitor, "/login", login=FINANCE, password=PASSWORD).status_code == 401
    assert send(visitor, "/login", login=FINANCE, password="another four words here").status_code == 303


def test_a_link_that_is_old_or_was_replaced_opens_nothing(opened: Runtime, stranger: FlaskClient, clock: Clock) -> None:
    with opened.transaction() as session:
        first = make_reset_link(session, FINANCE, "admin", forget_code=False, now=opened.now())
        second = make_reset_link(session, FINANCE, "admin", forget_code=False, now=opened.now())
    assert stranger.get(f"/reset/{first}").status_code == 404
    assert stranger.get(f"/reset/{second}").status_code == 200
    clock.now += LINK_LIFETIME
    assert stranger.get(f"/reset/{second}").status_code == 404
    assert stranger.get("/reset/made-up").status_code == 404


def switch_on(visitor: FlaskClient, clock: Clock) -> str:
    """Switch one-time codes on, confirmed by the first; gives their secret."""
    page = send(visitor, "/account/code", password=PASSWORD).text
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert found is not None
    assert send(visitor, "/account/code/confirm", code="000000").status_code == 401
    code = pyotp.TOTP(found[1]).at(clock.now)
    assert send(visitor, "/account/code/confirm", code=code).status_code == 303
    return found[1]


def test_with_a_second_factor_the_password_alone_opens_nothing(site: Flask, clock: Clock) -> None:
    secret = switch_on(log_in(site, FINANCE), clock)
    visitor = site.test_client()
    answer = send(visitor, "/login", login=FINANCE, password=PASSWORD, next="/people")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login/code")
    assert not is_inside(visitor)
    used = pyotp.TOTP(secret).at(clock.now)
    assert send(visitor, "/login/code", code=used).status_code == 401, "the code was used when it was switched on"
    clock.now += timedelta(seconds=60)
    answer = send(visitor, "/login/code", code=pyotp.TOTP(secret).at(clock.now))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people")
    assert is_inside(visitor)


def test_guesses_of_codes_are_counted_like_those_of_passwords(site: Flask, clock: Clock) -> None:
    secret = switch_on(log_in(site, FINANCE), clock)
    clock.now += timedelta(seconds=60)
    bot = site.test_client()
    send(bot, "/login", login=FINANCE, password=PASSWORD)
    for number in range(FREE_TRIES):
        send(bot, "/login/code", code=f"{number:06d}")
    assert send(bot, "/login/code", code=pyotp.TOTP(secret).at(clock.now)).status_code == 401


def test_the_own_password_is_changed_by_whoever_knows_it_and_every_other_browser_must_log_in(site: Flask) -> None:
    here, there = log_in(site, FINANCE), log_in(site, FINANCE)
    assert send(here, "/account/password", password="not the old one", new="quite new words in here").status_code == 401
    assert send(here, "/account/password", password=PASSWORD, new="fin").status_code == 422
    assert send(here, "/account/password", password=PASSWORD, new="quite new words in here").status_code == 303
    assert is_inside(here)
    assert not is_inside(there)


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaa", "password12345678", "fink and some more words"])
def test_a_password_that_would_be_guessed_is_refused(opened: Runtime, site: Flask, weak: str) -> None:
    an_account(opened, "fink", Role.FINANCE)
    inside = log_in(site, "fink")
    assert send(inside, "/account/password", password=PASSWORD, new=weak).status_code == 422
