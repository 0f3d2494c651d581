"""People who log in: accounts with a password, browsers that send our forms."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import create_app
from service.config import Settings
from service.domain.account import Role, new_account
from service.domain.device import new_device
from service.flows.add_account import add_account
from service.flows.add_device import add_device
from service.flows.change_password import change_password
from service.runtime import Runtime, install
from service.web.credentials import password_hash

PASSWORD = "four words that nobody says"
SECRET_KEY = "a secret of tests, long enough to sign with"
SECRETS_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

HASHED = password_hash(PASSWORD)
"""Once for all tests: the hash is slow on purpose."""


def with_login(runtime: Runtime, settings: Settings | None = None) -> Runtime:
    """The same runtime with the settings that a login needs, installed."""
    wanted = replace(settings or runtime.settings, secret_key=SECRET_KEY, secrets_keys=(SECRETS_KEY,))
    opened = replace(runtime, settings=wanted)
    install(opened)
    return opened


def site_of(runtime: Runtime) -> Flask:
    """The application, in which a bug of ours is raised instead of answered."""
    application = create_app(runtime=runtime)
    application.testing = True
    return application


def an_account(runtime: Runtime, login: str, *roles: Role, person: str | None = None) -> str:
    """An account whose password is set; gives its login."""
    now = runtime.now()
    with runtime.transaction() as session:
        add_account(session, new_account(login, person, roles, now=now), "a test", now=now)
        change_password(session, login, HASHED, now=now)
    return login


def a_television(runtime: Runtime, board: str = "closer") -> str:
    """A device that shows a board; gives its token."""
    device, token = new_device("the wall", board, "a test", now=runtime.now())
    with runtime.transaction() as session:
        add_device(session, device)
    return token


def send(visitor: FlaskClient, path: str, /, **fields: str) -> TestResponse:
    """Send a form with the token that a page of this browser carries."""
    form = visitor.get("/login").text
    token = form.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert token, "the form carries a token"
    return visitor.post(path, data={"csrf_token": token, **fields})


def log_in(site: Flask, login: str, password: str = PASSWORD) -> FlaskClient:
    """A browser that has logged in."""
    visitor = site.test_client()
    answer = send(visitor, "/login", login=login, password=password)
    assert answer.status_code == 303, answer.text
    return visitor
