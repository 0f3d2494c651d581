"""Accounts over the API: made, listed, changed and reset, each link shown once."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.runtime import Runtime
from service.store.intake_tables import idempotency
from tests.accounts import PASSWORD, log_in, send, site_of, with_login
from tests.application import Keys

LOGIN = "ann@example.com"


@pytest.fixture
def site(runtime: Runtime) -> Flask:
    """The application with a login."""
    return site_of(with_login(runtime))


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    """A system of the company."""
    return site.test_client()


@pytest.fixture
def key(keys: Keys) -> dict[str, str]:
    """Its key."""
    return keys("accounts:write")


def path_of(link: str) -> str:
    return link[link.index("/reset/") :]


def test_an_account_is_made_and_opens_with_its_link(site: Flask, client: FlaskClient, key: dict[str, str]) -> None:
    made = client.post("/v1/users", headers=key, json={"login": LOGIN, "roles": ["finance"]})
    assert (made.status_code, made.get_json()["login"], made.headers["Cache-Control"]) == (201, LOGIN, "no-store")
    assert send(site.test_client(), path_of(made.get_json()["link"]), password=PASSWORD).status_code == 303
    assert log_in(site, LOGIN).get("/people").status_code == 200
    (shown,) = client.get("/v1/users", headers=key).get_json()
    assert shown == {
        "login": LOGIN,
        "person_id": None,
        "roles": ["finance"],
        "open": True,
        "password": True,
        "second_factor": False,
        "openid": False,
    }
    assert client.post("/v1/users", headers=key, json={"login": LOGIN, "roles": ["head"]}).status_code == 409


def test_an_account_is_changed_and_closed_and_reset(site: Flask, client: FlaskClient, key: dict[str, str]) -> None:
    made = client.post("/v1/users", headers=key, json={"login": LOGIN, "roles": ["finance"]})
    again = client.post(f"/v1/users/{LOGIN}/reset", headers=key, json={})
    assert client.get(path_of(made.get_json()["link"])).status_code == 404, "the newest link alone holds"
    send(site.test_client(), path_of(again.get_json()["link"]), password=PASSWORD)
    inside = log_in(site, LOGIN)
    closed = client.put(f"/v1/users/{LOGIN}", headers=key, json={"roles": [], "open": False})
    assert closed.status_code == 204
    assert inside.get("/people").status_code == 303
    assert client.put("/v1/users/nobody", headers=key, json={"roles": []}).status_code == 404


def test_a_link_is_kept_nowhere_even_if_the_request_may_be_repeated(
    runtime: Runtime, client: FlaskClient, key: dict[str, str]
) -> None:
    named = key | {"Idempotency-Key": '"one"'}
    client.post("/v1/users", headers=named, json={"login": LOGIN, "roles": ["finance"]})
    first = client.post(f"/v1/users/{LOGIN}/reset", headers=named, json={})
    second = client.post(f"/v1/users/{LOGIN}/reset", headers=named, json={})
    assert first.get_json()["link"] != second.get_json()["link"]
    with runtime.reading() as session:
        assert session.execute(select(idempotency)).all() == []
