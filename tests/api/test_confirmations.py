"""Promises of plans as they reach people: read in a language, confirmed once, listed for finance."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from service.cli import main
from service.runtime import Runtime
from service.store.people import get_person, replace_people
from tests.application import NOON, Clock, Keys
from tests.company import CLOSER, Company, an_assignment, small_rules

NEXT = (
    CLOSER.replace("2026-01-01", "2026-12-01").replace('version: "1"', 'version: "2"').replace("each: 1.5", "each: 2")
)
NEXT = NEXT.replace("per_call: 3.00", "per_call: 4.00").replace("total: 786.00", "total: 787.00")


@pytest.fixture
def key(keys: Keys) -> dict[str, str]:
    return keys("plans:read", "plans:confirm")


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """The small company with a plan in force and one from December on; Carol will sell as a farmer then."""
    found = Company(runtime)
    found.found(("ann", "bob", "carol"))
    with runtime.transaction() as session:
        until = an_assignment("carol", ends_on=date(2026, 11, 30))
        after = an_assignment("carol", starts_on=date(2026, 12, 1), role="farmer")
        replace_people(session, [get_person(session, "carol")], [until, after], [])
    found.publish(small_rules(NEXT))
    return found


def plans(client: FlaskClient, key: dict[str, str], person: str, language: str = "en") -> Any:
    return client.get(f"/v1/people/{person}/plan?language={language}", headers=key).json


def confirm(client: FlaskClient, key: dict[str, str], person: str, plan_hash: str, language: str = "bg") -> Any:
    body = {"hash": plan_hash, "language": language}
    return client.post(f"/v1/people/{person}/plan/confirmations", json=body, headers=key)


@pytest.mark.usefixtures("company")
def test_a_person_gets_the_plan_in_force_and_the_next_one(client: FlaskClient, key: dict[str, str]) -> None:
    now, later = plans(client, key, "ann")
    assert (now["state"], now["version"], now["ends_on"], now["title"]) == ("in_force", "1", "2026-11-30", "Closer")
    assert (later["state"], later["version"], later["starts_on"]) == ("next", "2", "2026-12-01")
    assert now["hash"] != later["hash"]
    assert now["confirmed_at"] is None
    assert plans(client, key, "ann", "bg")[0]["title"] == "Нови клиенти"
    assert ("Нови клиенти" in plans(client, key, "ann", "bg")[0]["html"], "A gate passed" in now["html"]) == (
        True,
        True,
    )
    assert [item["version"] for item in plans(client, key, "carol")] == ["1"]


@pytest.mark.usefixtures("company")
def test_a_confirmation_is_kept_with_time_and_language_and_the_first_one_stays(
    client: FlaskClient, key: dict[str, str], clock: Clock
) -> None:
    plan_hash = plans(client, key, "ann")[1]["hash"]
    kept = confirm(client, key, "ann", plan_hash)
    assert (kept.status_code, kept.json["hash"], kept.json["recorded_by"]) == (200, plan_hash, "a test")
    clock.now = NOON + timedelta(hours=1)
    assert confirm(client, key, "ann", plan_hash, "en").json == kept.json
    now, later = plans(client, key, "ann")
    assert (now["confirmed_at"], now["confirmed_language"]) == (None, None)
    assert (later["confirmed_at"], later["confirmed_language"]) == ("2026-11-23T12:00:00+00:00", "bg")


@pytest.mark.usefixtures("company")
def test_the_intranet_in_which_people_confirm_can_do_nothing_else_and_who_writes_plans_confirms_none(
    client: FlaskClient, key: dict[str, str], keys: Keys
) -> None:
    plan_hash = plans(client, key, "ann")[0]["hash"]
    for scope in ("plans:write", "plans:read"):
        refused = confirm(client, keys(scope), "ann", plan_hash)
        assert (refused.status_code, refused.json["code"]) == (403, "scope_missing")
    intranet = keys("plans:confirm")
    kept = confirm(client, intranet, "ann", plan_hash)
    assert (kept.status_code, set(kept.json)) == (
        200,
        {"person_id", "hash", "language", "confirmed_at", "recorded_by"},
    )
    assert client.get("/v1/people/ann/plan", headers=intranet).status_code == 403
    assert client.post("/v1/plans:publish", json={"files": {}, "plans": []}, headers=intranet).status_code == 403


@pytest.mark.usefixtures("company")
def test_finance_sees_who_has_confirmed_and_who_has_not(client: FlaskClient, key: dict[str, str]) -> None:
    confirm(client, key, "ann", plans(client, key, "ann")[1]["hash"])
    answer = client.get("/v1/plans/closer/confirmations", headers=key)
    now, later = answer.get_json()
    assert (now["confirmed"], now["waiting"]) == (0, 3)
    assert (later["confirmed"], later["waiting"], later["version"]) == (1, 1, "2")
    assert [(row["person_id"], row["language"]) for row in later["people"]] == [("ann", "bg"), ("bob", None)]


@pytest.mark.usefixtures("company")
def test_the_command_line_lists_them_too(
    client: FlaskClient, key: dict[str, str], tables_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(client, key, "ann", plans(client, key, "ann")[1]["hash"])
    monkeypatch.setenv("DATABASE_URL", tables_url)
    done = CliRunner().invoke(main, ["plan", "confirmations", "closer", "--format", "json"])
    rows = {(row["version"], row["person_id"]): row["language"] for row in json.loads(done.stdout)}
    assert rows[("2", "ann")] == "bg"
    assert [who for who, language in rows.items() if language is None] == [
        *[("1", person) for person in ("ann", "bob", "carol")],
        ("2", "bob"),
    ]
    shown = CliRunner().invoke(main, ["plan", "confirmations", "closer"])
    assert "From 2026-12-01: 1 have confirmed, 1 have not." in shown.output
    assert CliRunner().invoke(main, ["plan", "confirmations", "farmer"]).exit_code == 1


@pytest.mark.usefixtures("company")
def test_only_a_plan_of_the_person_can_be_confirmed(client: FlaskClient, key: dict[str, str]) -> None:
    later = plans(client, key, "ann")[1]["hash"]
    answer = confirm(client, key, "carol", later)
    assert (answer.status_code, answer.json["code"]) == (409, "plan_not_for_person")
    assert confirm(client, key, "ann", "0" * 64).status_code == 409
    assert confirm(client, key, "nobody", later).status_code == 404
    assert confirm(client, key, "ann", later, "fr").status_code == 422
    assert client.get("/v1/people/nobody/plan", headers=key).status_code == 404
    assert client.get("/v1/plans/farmer/confirmations", headers=key).status_code == 404
