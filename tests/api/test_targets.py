"""Promises of /v1/targets."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from service.domain.person import Person
from service.runtime import Runtime
from service.store.people import replace_people
from tests.application import Keys

TARGET = {"person_id": "ann", "period": "2026-10", "standard": "calls", "amount": "250"}


@pytest.fixture
def key(runtime: Runtime, keys: Keys) -> dict[str, str]:
    """A key for targets, and Ann."""
    with runtime.transaction() as session:
        replace_people(session, [Person("ann", "Ann", date(2026, 1, 1))], [], [])
    return keys("targets:write")


def test_targets_are_set_in_the_name_of_the_key_and_listed_with_their_history(
    client: FlaskClient, key: dict[str, str]
) -> None:
    for amount in ("250", "300.5"):
        answer = client.post("/v1/targets", json={"targets": [{**TARGET, "amount": amount}]}, headers=key)
        assert (answer.status_code, answer.json) == (200, {"new": 1})
    found = client.get("/v1/targets?period=2026-10", headers=key).json
    assert found is not None
    assert [(row["amount"], row["holds"], row["set_by"], row["set_at"]) for row in found] == [
        ("250", False, "a test", "2026-11-23T12:00:00+00:00"),
        ("300.5", True, "a test", "2026-11-23T12:00:00+00:00"),
    ]
    assert client.get("/v1/targets?period=2026-11", headers=key).json == []


def test_a_wrong_target_is_named_by_its_place(client: FlaskClient, key: dict[str, str]) -> None:
    body = {"targets": [TARGET, {**TARGET, "person_id": "eve"}]}
    answer = client.post("/v1/targets", json=body, headers=key)
    assert answer.status_code == 422
    assert answer.json is not None
    assert [(item["pointer"], item["code"]) for item in answer.json["errors"]] == [
        ("/targets/1/person_id", "unknown_person")
    ]
    assert client.get("/v1/targets?period=2026-10", headers=key).json == []


@pytest.mark.parametrize("body", [{}, {"targets": []}, {"targets": [{**TARGET, "amount": 250}]}, {"targets": [{}]}, []])
def test_a_body_of_another_shape_is_refused(client: FlaskClient, key: dict[str, str], body: object) -> None:
    assert client.post("/v1/targets", json=body, headers=key).status_code == 422


def test_a_list_is_of_one_month(client: FlaskClient, key: dict[str, str]) -> None:
    assert client.get("/v1/targets", headers=key).status_code == 422
    assert client.get("/v1/targets?period=october", headers=key).status_code == 422


def test_targets_need_their_scope(client: FlaskClient, keys: Keys) -> None:
    assert client.post("/v1/targets", json={"targets": [TARGET]}, headers=keys("people:write")).status_code == 403
    assert client.get("/v1/targets?period=2026-10", headers=keys("people:read")).status_code == 403
