"""The endpoints of export, erasure and retention, and the commands beside them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from service.app import create_app
from service.cli import main
from service.domain.audit import PERSON_EXPORTED, AuditQuery
from service.runtime import Runtime
from service.store.audit import list_audit
from tests.application import Clock, Keys
from tests.company import Company
from tests.privacy import DECEMBER, LOGIN, NAME, NUMBER, SUBJECT, WHO, annabels_company


@pytest.fixture
def company(runtime: Runtime, clock: Clock) -> Company:
    """A company that Annabel left."""
    found = annabels_company(runtime)
    clock.now = DECEMBER
    return found


@pytest.fixture
def officer(company: Company, keys: Keys) -> tuple[FlaskClient, dict[str, str]]:
    """Whoever answers for privacy, with a key for it."""
    return create_app(runtime=company.runtime).test_client(), keys("privacy:write")


def test_an_export_has_everything_that_is_kept_about_a_person_and_no_secret(
    company: Company, officer: tuple[FlaskClient, dict[str, str]]
) -> None:
    client, key = officer
    answer = client.get(f"/v1/privacy/people/{WHO}", headers=key)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    kept = answer.get_json()["kept"]
    assert kept["person"][0]["name"] == NAME
    assert kept["assignment"][0]["personnel_number"] == NUMBER
    assert kept["alias"][0]["subject"] == SUBJECT
    assert {row["external_id"] for row in kept["event"]} == {"c-1", "c-2", "c-4"}, "a part in a deal of bob included"
    assert {"fact", "scorecard", "earning_line", "statement", "ledger_entry", "posting", "audit"} <= kept.keys()
    assert kept["statement"][0]["document"]["name"] == NAME
    assert kept["account"][0]["login"] == LOGIN
    assert "argon2" not in answer.text
    assert '"bob"' not in json.dumps(kept["fact"])
    with company.runtime.reading() as session:
        (noted,) = list_audit(session, AuditQuery(what=(PERSON_EXPORTED,)))
    assert noted.subject == WHO


def test_an_erasure_is_asked_for_with_a_reason_and_takes_the_name_out_of_an_export(
    officer: tuple[FlaskClient, dict[str, str]],
) -> None:
    client, key = officer
    path = f"/v1/privacy/people/{WHO}/erase"
    assert client.post(path, headers=key, json={}).status_code == 422
    assert client.post("/v1/privacy/people/nobody/erase", headers=key, json={"reason": "x"}).status_code == 404
    answer = client.post(path, headers=key, json={"reason": "asked for on paper"})
    assert (answer.status_code, answer.json) == (200, {"person_id": WHO, "erased": True})
    kept = client.get(f"/v1/privacy/people/{WHO}", headers=key).get_json()["kept"]
    assert "account" not in kept
    assert {table for table, rows in kept.items() if NAME in json.dumps(rows, ensure_ascii=False)} == {"statement"}


def test_pruning_says_what_it_deleted(officer: tuple[FlaskClient, dict[str, str]], clock: Clock) -> None:
    client, key = officer
    clock.now = DECEMBER.replace(year=2027)
    assert client.post("/v1/privacy/prune", headers=key).json == {
        "deliveries": 3,
        "events": 0,
        "statements": 0,
        "bank_accounts": 0,
    }
    assert client.post("/v1/privacy/prune", headers=key).json == {
        "deliveries": 0,
        "events": 0,
        "statements": 0,
        "bank_accounts": 0,
    }


@pytest.mark.usefixtures("company")
def test_the_commands_do_the_same(tables_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", tables_url)
    told = CliRunner().invoke(main, ["privacy", "export", WHO])
    assert json.loads(told.output)["name"] == NAME
    pruned = CliRunner().invoke(main, ["privacy", "prune", "--format", "json"])
    assert json.loads(pruned.output).keys() == {"deliveries", "events", "statements", "bank_accounts"}
    assert CliRunner().invoke(main, ["privacy", "erase", WHO]).exit_code == 2, "a reason is needed"
