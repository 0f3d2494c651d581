"""Promises of /v1/plans/backtests: worked out in the background, month by month, without moving anything."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.jobs import pipeline
from service.plans import get_plan
from service.runtime import Runtime
from tests.application import Keys
from tests.company import CLOSER, DEFAULTS, EARLY_NOVEMBER, ORG, Company, a_call, a_payment, small_rules

FILES = {"_org.yaml": ORG, "_defaults.yaml": DEFAULTS, "closer.yaml": CLOSER.replace("rate: 3.3%", "rate: 5%")}


@pytest.fixture
def key(keys: Keys) -> dict[str, str]:
    return keys("plans:write")


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """The small company, in which October is closed and November is open."""
    found = Company(runtime)
    found.found()
    found.send(a_call("ann", "c1"), a_call("ann", "c2"), a_payment("ann", "p1", "1000.05"))
    found.refresh()
    found.now = EARLY_NOVEMBER
    found.close()
    found.send(a_payment("bob", "p2", "200.00", EARLY_NOVEMBER))
    found.refresh()
    return found


def ask(client: FlaskClient, key: dict[str, str], **body: object) -> Any:
    return client.post("/v1/plans/backtests", json=body, headers=key)


def asked(client: FlaskClient, key: dict[str, str], first: str = "2026-10", last: str = "2026-11") -> str:
    answer = ask(client, key, plan="closer", files=FILES, **{"from": first, "to": last})
    assert answer.status_code == 202, answer.text
    return str(answer.json["backtest_id"])


def told(client: FlaskClient, key: dict[str, str], backtest_id: str) -> Any:
    return client.get(f"/v1/plans/backtests/{backtest_id}", headers=key).json


@pytest.mark.usefixtures("company")
def test_a_backtest_waits_runs_month_by_month_and_is_done(
    client: FlaskClient, key: dict[str, str], nudged: list[str]
) -> None:
    backtest_id = asked(client, key)
    assert "backtest" in nudged
    waiting = told(client, key, backtest_id)
    assert (waiting["state"], waiting["done"], waiting["total"], waiting["result"]["people"]) == ("waiting", 0, 2, [])
    assert pipeline.backtest_some()
    running = told(client, key, backtest_id)
    assert (running["state"], running["done"], running["result"]["difference"]) == ("running", 1, "8.50")
    pipeline.backtest()
    done = told(client, key, backtest_id)
    assert (done["state"], done["done"], done["asked_by"], done["failure"]) == ("done", 2, "a test", "")
    result = done["result"]
    assert (result["before"], result["after"], result["difference"]) == ("22.80", "33.00", "10.20")
    assert (result["winners"], result["losers"], result["unchanged"]) == (2, 0, 0)
    assert [(row["person_id"], row["difference"]) for row in result["people"]] == [("ann", "8.50"), ("bob", "1.70")]
    assert [(row["period"], row["closed"]) for row in result["months"]] == [("2026-10", True), ("2026-11", False)]
    assert not pipeline.backtest_some()


def test_a_backtest_leaves_the_lines_of_people_alone(
    client: FlaskClient, key: dict[str, str], keys: Keys, company: Company
) -> None:
    reader = keys("statements:read")
    paths = ["/v1/statements/ann/2026-10", "/v1/statements/bob/2026-11"]
    before = [client.get(path, headers=reader).json for path in paths]
    asked(client, key)
    pipeline.backtest()
    company.refresh()
    assert [client.get(path, headers=reader).json for path in paths] == before


@pytest.mark.usefixtures("company")
def test_a_document_is_tried_like_its_file(client: FlaskClient, key: dict[str, str]) -> None:
    text = get_plan(small_rules(FILES["closer.yaml"]), "closer").document
    answer = ask(client, key, document=text, **{"from": "2026-10", "to": "2026-10"})
    assert answer.status_code == 202
    pipeline.backtest()
    assert told(client, key, answer.json["backtest_id"])["result"]["after"] == "28.00"


@pytest.mark.usefixtures("company")
def test_a_backtest_that_cannot_go_on_says_why_and_lets_the_next_one_run(
    client: FlaskClient, key: dict[str, str]
) -> None:
    failing = asked(client, key, "2024-12", "2025-01")
    following = asked(client, key, "2026-10", "2026-10")
    pipeline.backtest()
    failed = told(client, key, failing)
    assert (failed["state"], failed["done"], "2024 are not recorded" in failed["failure"]) == ("failed", 0, True)
    assert told(client, key, following)["state"] == "done"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"plan": "closer", "files": FILES, "from": "2026-11", "to": "2026-10"}, 422, "invalid_backtest"),
        ({"plan": "closer", "files": FILES, "from": "2026-10", "to": "2027-10"}, 422, "invalid_backtest"),
        ({"plan": "closer", "files": FILES, "from": "October", "to": "2026-10"}, 422, "invalid_period"),
        ({"plan": "farmer", "files": FILES, "from": "2026-10", "to": "2026-10"}, 404, "unknown_plan"),
        ({"document": "{}", "from": "2026-10", "to": "2026-10"}, 422, "invalid_plan_document"),
        ({"document": "__import__('os')", "from": "2026-10", "to": "2026-10"}, 422, "invalid_plan_document"),
        ({"plan": "closer", "from": "2026-10", "to": "2026-10"}, 422, "invalid"),
        ({"files": FILES, "from": "2026-10", "to": "2026-10"}, 422, "invalid"),
        ({"plan": "closer", "files": FILES, "document": "{}", "from": "2026-10", "to": "2026-10"}, 422, "invalid"),
    ],
)
def test_a_backtest_that_cannot_be_made_is_refused(
    client: FlaskClient, key: dict[str, str], body: dict[str, object], status: int, code: str
) -> None:
    answer = client.post("/v1/plans/backtests", json=body, headers=key)
    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text


def test_an_unknown_backtest_is_not_found(client: FlaskClient, key: dict[str, str]) -> None:
    answer = client.get("/v1/plans/backtests/bt_1", headers=key)
    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_backtest")
