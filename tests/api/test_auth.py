"""Who is let in, and how an answer to everybody else looks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from service.flows.retire_key import retire_key
from service.reports.keys import all_keys
from service.runtime import Runtime
from tests.application import Clock, Keys

PATH = "/v1/events?source=crm&external_id=x"


def test_a_key_with_the_scope_is_let_in(client: FlaskClient, keys: Keys) -> None:
    assert client.get(PATH, headers=keys("events:read")).status_code == 404
    assert client.get(PATH, headers=keys("admin")).status_code == 404


def test_a_key_without_the_scope_is_told_which(client: FlaskClient, keys: Keys) -> None:
    response = client.get(PATH, headers=keys("people:read"))
    assert (response.status_code, response.get_json()["code"]) == (403, "scope_missing")
    assert "events:read" in response.get_json()["detail"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "no_key"),
        ("", "no_key"),
        ("Basic dXNlcjpwYXNz", "no_key"),
        ("Bearer", "wrong_key"),
        ("Bearer x", "wrong_key"),
        ("Bearer sk_" + "0" * 16 + "_" + "a" * 43, "wrong_key"),
        ("Bearer " + "a" * 5_000, "wrong_key"),
    ],
)
def test_nobody_else_is_let_in(client: FlaskClient, text: str | None, code: str) -> None:
    response = client.get(PATH, headers={} if text is None else {"Authorization": text})
    assert (response.status_code, response.get_json()["code"]) == (401, code)
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="stimul"'


def test_the_id_of_a_key_opens_nothing_without_its_secret(client: FlaskClient, keys: Keys) -> None:
    good = keys("events:read")["Authorization"]
    changed = good[:-1] + ("a" if good[-1] != "a" else "b")
    assert client.get(PATH, headers={"Authorization": changed}).status_code == 401


def test_a_retired_key_is_not_let_in(client: FlaskClient, keys: Keys, runtime: Runtime) -> None:
    header = keys("events:read")
    with runtime.transaction() as session:
        (key,) = all_keys(session)
        retire_key(session, key.key_id, "a test", now=runtime.now())
    assert client.get(PATH, headers=header).status_code == 401


def test_the_last_use_is_written_once_a_minute(client: FlaskClient, keys: Keys, runtime: Runtime, clock: Clock) -> None:
    header = keys("events:read")
    noon = clock.now
    seen = []
    for seconds in (0, 59, 60):
        clock.now = noon + timedelta(seconds=seconds)
        client.get(PATH, headers=header)
        with runtime.reading() as session:
            seen.append(all_keys(session)[0].last_used_at)
    assert seen == [noon, noon, noon + timedelta(seconds=60)]


def test_the_secret_is_not_in_the_database(keys: Keys, runtime: Runtime) -> None:
    text = keys("events:read")["Authorization"].removeprefix("Bearer ")
    with runtime.reading() as session:
        (key,) = all_keys(session)
    assert text.startswith(f"sk_{key.key_id}_")
    assert text.removeprefix(f"sk_{key.key_id}_") not in repr(key)
