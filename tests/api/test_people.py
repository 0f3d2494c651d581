"""Promises of /v1/people."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.runtime import Runtime
from service.store.calendar import list_missing_years
from tests.application import Keys

ANN: dict[str, Any] = {
    "person_id": "ann",
    "name": "Анна Иванова",
    "hired_on": "2026-01-01",
    "left_on": None,
    "starts_on": "2026-01-01",
    "role": "closer",
    "grade": "middle",
    "team": "north",
    "manager_id": "boss",
    "part_time_percent": "62.5",
    "fixed_salary": "2000.00",
    "soft_salary": "800.00",
    "aliases": [{"source": "crm", "subject": "17"}],
    "absences": [{"starts_on": "2026-10-05", "ends_on": "2026-10-09", "paid": True}],
}
BOSS = {**ANN, "person_id": "boss", "role": "group_lead", "manager_id": None, "aliases": [], "absences": []}


@pytest.fixture
def key(keys: Keys) -> dict[str, str]:
    """A key for people, and the source crm."""
    keys("events:write", source="crm")
    return keys("people:write", "people:read")


def post(client: FlaskClient, key: dict[str, str], *people: dict[str, Any]) -> TestResponse:
    return client.post("/v1/people", json={"people": list(people)}, headers=key)


def test_people_are_stored_and_read_back_as_of_a_day(client: FlaskClient, key: dict[str, str]) -> None:
    answer = post(client, key, ANN, BOSS)
    assert (answer.status_code, answer.json) == (200, {"people": 2, "changed": 2, "months": 4})
    change = {**ANN, "starts_on": "2026-11-01", "grade": "senior", "team": "south"}
    assert post(client, key, change).json == {"people": 1, "changed": 1, "months": 2}
    today = client.get("/v1/people", headers=key).json
    before = client.get("/v1/people?on=2026-10-31", headers=key).json
    assert today is not None
    assert before is not None
    assert [(row["person_id"], row["grade"], row["team"], row["since"]) for row in (before[0], today[0])] == [
        ("ann", "middle", "north", "2026-01-01"),
        ("ann", "senior", "south", "2026-11-01"),
    ]
    assert today[0]["aliases"] == ["crm=17"]
    assert today[0]["part_time_percent"] == "62.5"


def test_salaries_are_never_read_back(client: FlaskClient, key: dict[str, str]) -> None:
    post(client, key, ANN, BOSS)
    text = client.get("/v1/people", headers=key).text
    assert "ann" in text
    assert "salary" not in text
    assert "2000" not in text


def test_every_mistake_is_named_by_its_place_and_nothing_is_stored(client: FlaskClient, key: dict[str, str]) -> None:
    wrong = {
        **BOSS,
        "person_id": "bob",
        "role": "king",
        "absences": [{"starts_on": "2026-10-05", "ends_on": "2026-10-09"}],
    }
    answer = post(client, key, {**ANN, "aliases": [{"source": "mail", "subject": "1"}]}, wrong)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["code"] == "people_refused"
    assert {(item["pointer"], item["code"]) for item in answer.json["errors"]} == {
        ("/people/0/manager_id", "unknown_manager"),
        ("/people/0/aliases/0/source", "unknown_source"),
        ("/people/1/role", "unknown_choice"),
        ("/people/1/absences/0/paid", "missing"),
    }
    assert client.get("/v1/people", headers=key).json == []


def test_an_unknown_field_is_refused(client: FlaskClient, key: dict[str, str]) -> None:
    answer = post(client, key, {**BOSS, "egn": "7523169263"})
    assert answer.status_code == 422
    assert "7523169263" not in answer.text
    assert client.get("/v1/people", headers=key).json == []


def test_a_national_identity_number_is_refused_and_not_repeated(client: FlaskClient, key: dict[str, str]) -> None:
    answer = post(client, key, {**BOSS, "personnel_number": "7523169263"})
    assert answer.json is not None
    assert answer.status_code == 422
    assert [(item["pointer"], item["code"]) for item in answer.json["errors"]] == [
        ("/people/0/personnel_number", "national_id")
    ]
    assert "7523169263" not in answer.text


@pytest.mark.parametrize("body", [{}, {"people": []}, {"people": {}}, {"people": [{}]}, [], {"people": [1]}])
def test_a_body_of_another_shape_is_refused(client: FlaskClient, key: dict[str, str], body: object) -> None:
    assert client.post("/v1/people", json=body, headers=key).status_code == 422


def test_a_cancelled_absence_is_presence(client: FlaskClient, key: dict[str, str]) -> None:
    post(client, key, ANN, BOSS)
    cancelled = {"starts_on": "2026-10-05", "ends_on": "2026-10-09", "cancelled": True}
    assert post(client, key, {**ANN, "absences": [cancelled]}).json == {"people": 1, "changed": 1, "months": 2}


def test_writing_and_reading_people_need_their_own_scopes(client: FlaskClient, keys: Keys) -> None:
    assert post(client, keys("people:read"), BOSS).status_code == 403
    assert client.get("/v1/people", headers=keys("people:write")).status_code == 403
    assert client.get("/v1/people").status_code == 401


def test_an_import_records_the_holidays_of_the_years_around(
    client: FlaskClient, key: dict[str, str], runtime: Runtime
) -> None:
    with runtime.reading() as session:
        assert list_missing_years(session, [2024, 2025, 2026, 2027]) == [2024, 2025, 2026, 2027]
    post(client, key, BOSS)
    with runtime.reading() as session:
        assert list_missing_years(session, [2024, 2025, 2026, 2027]) == []
