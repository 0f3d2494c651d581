"""The cost of a plan is looked at on what people really did, and where nobody can look it is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from service.cli import main
from service.plans import Finding, Rules
from service.reports.cost import Costs, costs_of
from service.runtime import Runtime
from tests.application import Clock, Keys
from tests.company import a_payment, an_assignment
from tests.teams import CLOSER, LEAD, ORG, TeamCompany, a_lead, on, team_rules

TWICE = CLOSER.replace("{from: 0, rate: 1%}", "{from: 0, rate: 2%}").replace(
    "110.00, ceiling: -10", "120.00, ceiling: -20"
)
TWICE = TWICE.replace("commission: 10.01", "commission: 20.01")
A_LITTLE = CLOSER.replace("{from: 0, rate: 1%}", "{from: 0, rate: 1.1%}").replace(
    "110.00, ceiling: -10", "111.00, ceiling: -11"
)
A_LITTLE = A_LITTLE.replace("commission: 10.01", "commission: 11.01")
DEARER = "A month in the middle costs 20.00; under the plan in force the same months cost 10.00."


@pytest.fixture
def company(runtime: Runtime, clock: Clock) -> TeamCompany:
    """Ann and Bob get 500.00 a month in August, September and October: 5.00 each under the plan in force."""
    found = TeamCompany(runtime, now=on(2, month=11))
    clock.now = found.now
    found.found_team([an_assignment("ann", manager_id="lea"), an_assignment("bob", manager_id="lea"), a_lead("lea")])
    for month in (8, 9, 10):
        found.send(*(a_payment(who, f"{who}{month}", "500", on(6, month=month)) for who in ("ann", "bob")))
    return found


def costs(company: TeamCompany, rules: Rules) -> Costs:
    with company.runtime.reading() as session:
        return costs_of(session, rules, ["closer"], company.now.date())


def questions(company: TeamCompany, closer: str) -> list[tuple[str, int | None]]:
    found: list[Finding] = [*costs(company, team_rules(closer=closer)).findings["closer"]]
    return [(item.message, item.amount_minor) for item in found]


def test_a_draft_that_costs_much_more_than_the_plan_in_force_is_questioned(company: TeamCompany) -> None:
    assert questions(company, TWICE) == [(DEARER, 1000)]
    assert questions(company, CLOSER) == []
    assert questions(company, A_LITTLE) == []


def test_a_budget_of_its_own_goes_before_the_comparison(company: TeamCompany) -> None:
    over = "One month in twenty costs more than 20.00 (20.00 in the middle); the budget is 15.00."
    assert questions(company, TWICE.replace("title: Closer", "title: Closer\nbudget: 15")) == [(over, 500)]
    assert questions(company, TWICE.replace("title: Closer", "title: Closer\nbudget: 20")) == []


def test_where_nobody_can_look_the_reason_is_told(company: TeamCompany) -> None:
    farmer = CLOSER.replace("plan: closer", "plan: farmer")
    rules = team_rules(farmer=farmer)
    with company.runtime.reading() as session:
        found = costs_of(session, rules, ["farmer"], company.now.date())
        budgeted = team_rules(farmer=farmer.replace("title: Closer", "title: Closer\nbudget: 15"))
        nobody = costs_of(session, budgeted, ["farmer"], company.now.date())
    reason = "it names no `budget`, and no plan of the role is in force to compare it with."
    assert found.notes == [f"W-BUDGET could not look at farmer: {reason}"]
    assert nobody.notes == [
        "W-BUDGET could not look at farmer: from 2026-08 to 2026-10 nobody did all that it asks about."
    ]


def test_the_check_of_the_api_and_of_the_command_look_without_being_asked(
    company: TeamCompany,
    client: FlaskClient,
    keys: Keys,
    tables_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {"_org.yaml": ORG, "closer.yaml": TWICE, "group_lead.yaml": LEAD}
    asked = {"files": files, "plans": ["closer"]}
    answer = client.post("/v1/plans:check", json=asked, headers=keys("plans:read")).json
    assert answer is not None
    assert [item["amount"] for item in answer["findings"] if item["code"] == "W-BUDGET"] == ["10.00"]
    refused = client.post("/v1/plans:publish", json={**asked, "without_notice": "x"}, headers=keys("plans:write")).json
    assert refused is not None
    assert "W-BUDGET" in [item["code"] for item in refused["errors"]]
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL", tables_url)
    told = CliRunner().invoke(main, ["plan", "check", "closer", "--rules", str(tmp_path)])
    assert DEARER in told.output
    assert company.now.month == 11


def test_a_check_without_a_database_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "_org.yaml").write_text(ORG, encoding="utf-8")
    (tmp_path / "closer.yaml").write_text(CLOSER, encoding="utf-8")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(main, ["plan", "check", "--rules", str(tmp_path)])
    assert "W-BUDGET could not look: there is no database here with facts of the last quarter." in told.output
    monkeypatch.setenv("DATABASE_URL", "sqlite:///empty.db")
    told = CliRunner().invoke(main, ["plan", "check", "--rules", str(tmp_path)])
    assert "W-BUDGET could not look: The database does not have the tables of this version." in told.output
