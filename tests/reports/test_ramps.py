"""Whoever sets targets sees every step of a ramp, and why one waited."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from service.cli import main
from service.runtime import Runtime
from tests.application import Clock, Keys
from tests.company import an_assignment
from tests.ramping import STEPS, four_weeks, go_to, promoted, ramped, work
from tests.teams import TeamCompany


@pytest.fixture
def company(runtime: Runtime, clock: Clock) -> TeamCompany:
    """Ann's third step waited: she and Bob were behind in the second week."""
    found = TeamCompany(runtime)
    go_to(found, clock, date(2026, 10, 7))
    found.found_team([*promoted("ann"), an_assignment("bob", grade="junior")], ramped(STEPS))
    work(found, [*four_weeks("ann", 120), ("ann", date(2026, 10, 6), "120"), ("bob", date(2026, 10, 6), "120")])
    go_to(found, clock, date(2026, 10, 20))
    work(found, [("ann", date(2026, 10, 13), "66"), ("bob", date(2026, 10, 13), "90")])
    return found


REASONS = [
    ("2026-10-05", "120", "begins at 120"),
    ("2026-10-12", "132", "rises: the group attained 100% in the week before"),
    ("2026-10-19", "132", "held: the group attained 62.5% in the week before, less than 85%"),
    ("2026-10-26", "146", "forecast: the week before is not over"),
]


def test_the_steps_of_a_month_are_told_with_their_reasons(
    company: TeamCompany, client: FlaskClient, keys: Keys
) -> None:
    answer = client.get("/v1/targets/ramps?period=2026-10", headers=keys("targets:write"))
    assert answer.json is not None
    assert [(row["from"], row["asked"], row["reason"]) for row in answer.json] == REASONS
    assert {(row["person_id"], row["standard"], row["target"]) for row in answer.json} == {("ann", "collected", "250")}
    assert client.get("/v1/targets/ramps?period=2026-10", headers=keys("people:read")).status_code == 403
    assert company.now.day == 20


def test_the_command_tells_the_same(company: TeamCompany, tables_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", tables_url)
    told = CliRunner().invoke(main, ["targets", "ramps", "2026-10"]).output
    assert "held: the group attained 62.5% in the week before, less than 85%" in told
    assert company.now.day == 20
