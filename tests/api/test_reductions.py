"""Reductions of closed months, over HTTP and on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from service.cli import main
from service.domain.account import Role
from service.runtime import Runtime
from tests.accounts import an_account
from tests.application import Clock, Keys
from tests.books import SIGNING_KEY
from tests.company import a_void, an_assignment
from tests.deals import AUGUST, JULY, DealCompany, on_day, paid, plan_text
from tests.teams import team_rules

DECIDE = "/v1/reductions/ann/2026-07/2026-08:decide"
CONSENT = {"verdict": "written_consent", "reference": "consent 7", "why": "she signed it"}


@pytest.fixture(autouse=True)
def company(runtime: Runtime, clock: Clock) -> DealCompany:
    """July of Ann is worth 40.00 less than was posted; August says so and is approved. Eva earns nothing."""
    found = DealCompany(runtime, now=on_day(JULY, 1))
    found.found_team([an_assignment("ann"), an_assignment("eva")], team_rules(closer=plan_text("")))
    found.send(paid("ann", "", "400", JULY))
    found.close_month(JULY)
    found.send(a_void("gone", "paid--2026-07-10-ann", on_day(AUGUST)))
    found.close_month(AUGUST)
    found.approve_month(AUGUST)
    clock.now = found.now
    return found


def test_a_reduction_is_listed_decided_by_a_named_person_and_listed_as_decided(client: FlaskClient, keys: Keys) -> None:
    reader, signer = keys("payouts:read"), keys("periods:approve", person="eva")
    (waits,) = client.get("/v1/reductions", headers=reader).get_json()
    assert (waits["person"], waits["month"], waits["posted_in"], waits["remaining"]) == (
        "ann",
        "2026-07",
        "2026-08",
        "40.00",
    )
    assert (waits["posted_in_state"], waits["decisions"]) == ("approved", [])
    decided = client.post(DECIDE, json=CONSENT, headers=signer)
    assert (decided.status_code, decided.get_json()["amount"]) == (200, "40.00")
    assert client.get("/v1/reductions", headers=reader).get_json() == []
    (listed,) = client.get("/v1/reductions?state=decided&person=ann", headers=reader).get_json()
    assert [item["verdict"] for item in listed["decisions"]] == ["written_consent"]
    assert client.get("/v1/reductions?state=decided&person=eva", headers=reader).get_json() == []


def test_who_looks_at_reductions_is_noted(client: FlaskClient, keys: Keys) -> None:
    client.get("/v1/reductions?person=ann", headers=keys("payouts:read"))
    entries = client.get("/v1/audit?what=money.seen", headers=keys("audit:read")).get_json()["entries"]
    assert [(entry["subject"], entry["detail"]["period"]) for entry in entries] == [("ann", "reductions")]


@pytest.mark.parametrize(
    ("person", "changes", "status", "code"),
    [
        (None, {}, 403, "signer_unknown"),
        ("ann", {}, 403, "own_reduction"),
        ("eva", {"reference": ""}, 422, "reference_missing"),
        ("eva", {"why": ""}, 422, "why_missing"),
        ("eva", {"verdict": "advance_agreed"}, 422, "not_an_advance"),
        ("eva", {"verdict": "because"}, 422, "invalid"),
    ],
)
def test_a_decision_that_may_not_be_is_refused(
    client: FlaskClient, keys: Keys, person: str | None, changes: dict[str, str], status: int, code: str
) -> None:
    answer = client.post(DECIDE, json=CONSENT | changes, headers=keys("periods:approve", person=person))
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    listed = client.get("/v1/reductions", headers=keys("payouts:read")).get_json()
    assert [item["decisions"] for item in listed] == [[]]


def test_the_command_lists_and_decides(runtime: Runtime, tables_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    an_account(runtime, "eva", Role.FINANCE, person="eva")
    monkeypatch.setenv("DATABASE_URL", tables_url)
    monkeypatch.setenv("STIMUL_SIGNING_KEY", SIGNING_KEY)
    run = CliRunner().invoke
    listed = json.loads(run(main, ["reductions", "list", "--format", "json"]).output)
    assert [item["remaining"] for item in listed] == ["40.00"]
    decide = [
        "reductions",
        "decide",
        "ann",
        "2026-07",
        "2026-08",
        "written_off",
        "--why",
        "in good faith",
        "--as",
        "eva",
    ]
    done = run(main, decide)
    assert (done.exit_code, done.output) == (0, "40.00 of 2026-07 (ann): written_off.\n")
    shown = run(main, ["reductions", "list", "--state", "decided"]).output
    assert "written_off" in shown
