"""The login with the company's OpenID provider, against a provider in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from service.domain.account import Role
from service.flows.change_account import change_account
from service.reports.accounts import find_account
from service.runtime import Runtime
from tests.accounts import an_account, site_of, with_login
from tests.servers import free_port

PATIENCE_S = 60
"""The provider starts and answers in a second; a loaded machine may need many."""

USERS = (
    {"sub": "subject-1", "email": "Fin@example.com", "email_verified": True},
    {"sub": "subject-2", "email": "fin@example.com", "email_verified": True},
    {"sub": "subject-3", "email": "boss@example.com", "email_verified": False},
    {"sub": "subject-4", "email": "nobody@example.com", "email_verified": True},
)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Where the provider answers."""
    port = free_port()
    words = [word for user in USERS for word in ("--user-claims", json.dumps(user))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - fixed words and our own Python
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait_for(address: str) -> None:
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=PATIENCE_S)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the provider did not start")


@pytest.fixture
def opened(runtime: Runtime, issuer: str) -> Runtime:
    """A service that knows the provider, with two accounts."""
    known = replace(runtime.settings, oidc_issuer=issuer, oidc_client_id="stimul", oidc_client_secret="a secret")
    found = with_login(runtime, known)
    an_account(found, "fin@example.com", Role.FINANCE)
    an_account(found, "boss@example.com", Role.HEAD)
    return found


@pytest.fixture
def site(opened: Runtime) -> Flask:
    """Its pages."""
    return site_of(opened)


def ask(visitor: FlaskClient, subject: str, target: str = "/people") -> str:
    """Go to the provider, say who one is there, and give the address it sends the browser back to."""
    there = visitor.get(f"/login/oidc?next={target}")
    assert there.status_code == 302, there.text
    answer = requests.post(there.headers["Location"], data={"sub": subject}, allow_redirects=False, timeout=PATIENCE_S)
    back = urlsplit(answer.headers["Location"])
    assert back.path == "/login/oidc/callback"
    return f"{back.path}?{back.query}"


def is_inside(visitor: FlaskClient) -> bool:
    return visitor.get("/people").status_code == 200


def test_the_login_page_offers_the_provider(site: Flask) -> None:
    assert "/login/oidc?next=/people" in site.test_client().get("/login?next=/people").text


def test_a_verified_address_opens_the_account_of_that_login_and_leads_back(opened: Runtime, site: Flask) -> None:
    visitor = site.test_client()
    answer = visitor.get(ask(visitor, "subject-1"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people")
    assert is_inside(visitor)
    with opened.reading() as session:
        bound = find_account(session, "fin@example.com")
    assert bound is not None
    assert bound.oidc_subject == "subject-1"


def test_an_account_that_is_bound_opens_for_its_subject_alone(site: Flask) -> None:
    first, other, again = (site.test_client() for _ in range(3))
    first.get(ask(first, "subject-1"))
    assert other.get(ask(other, "subject-2")).status_code == 403, "the same address, another person"
    assert not is_inside(other)
    again.get(ask(again, "subject-1"))
    assert is_inside(again)


@pytest.mark.parametrize("subject", ["subject-3", "subject-4", "unheard-of"])
def test_an_address_that_is_unverified_or_unknown_opens_nothing(site: Flask, subject: str) -> None:
    visitor = site.test_client()
    assert visitor.get(ask(visitor, subject)).status_code == 403
    assert not is_inside(visitor)


def test_a_closed_account_does_not_open(opened: Runtime, site: Flask) -> None:
    with opened.transaction() as session:
        change_account(session, "fin@example.com", [Role.FINANCE], "admin", is_open=False, now=opened.now())
    visitor = site.test_client()
    assert visitor.get(ask(visitor, "subject-1")).status_code == 403


def test_an_answer_meant_for_another_browser_or_sent_twice_opens_nothing(site: Flask) -> None:
    victim, attacker = site.test_client(), site.test_client()
    address = ask(attacker, "subject-1")
    assert victim.get(address).status_code == 401
    assert not is_inside(victim)
    assert attacker.get(address).status_code == 303
    assert site.test_client().get(address).status_code == 401


def test_somebody_who_said_no_there_is_at_the_login_again(site: Flask) -> None:
    visitor = site.test_client()
    there = visitor.get("/login/oidc").headers["Location"]
    answer = requests.post(there, data={"action": "deny"}, allow_redirects=False, timeout=PATIENCE_S)
    back = urlsplit(answer.headers["Location"])
    assert visitor.get(f"{back.path}?{back.query}").status_code == 401


def test_a_provider_that_is_away_is_told_and_nobody_gets_in(runtime: Runtime) -> None:
    away = replace(
        runtime.settings, oidc_issuer=f"http://127.0.0.1:{free_port()}", oidc_client_id="x", oidc_client_secret="y"
    )
    visitor = site_of(with_login(runtime, away)).test_client()
    assert visitor.get("/login/oidc").status_code == 503


def test_without_a_provider_the_way_to_it_is_none(runtime: Runtime) -> None:
    visitor = site_of(with_login(runtime)).test_client()
    assert visitor.get("/login/oidc").status_code == 404
    assert "/login/oidc" not in visitor.get("/login").text
