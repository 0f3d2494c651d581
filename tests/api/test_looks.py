"""Whoever changes what others are paid by, or looks at their money, is in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.domain.audit import AuditQuery
from service.reports.audit import audit_log
from service.runtime import Runtime
from tests.application import Clock, Keys
from tests.company import EARLY_NOVEMBER, MID_OCTOBER, Company, a_call


@pytest.fixture(autouse=True)
def company(runtime: Runtime, clock: Clock) -> Company:
    """The small company, October over."""
    clock.now = MID_OCTOBER
    found = Company(runtime)
    found.found()
    found.send(a_call("ann", "c1"))
    found.refresh()
    clock.now = found.now = EARLY_NOVEMBER
    return found


def noted(runtime: Runtime, what: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    with runtime.reading() as session:
        found = audit_log(session, AuditQuery(what=(what,)))
    return [(entry.who, entry.subject, entry.detail) for entry in found]


def test_every_look_at_a_statement_and_at_the_payouts_is_noted_with_whose(
    runtime: Runtime, client: FlaskClient, keys: Keys
) -> None:
    assert client.get("/v1/statements/ann/2026-10", headers=keys("statements:read")).status_code == 200
    assert noted(runtime, "money.seen") == [("a test", "ann", {"period": "2026-10"})]
    assert client.post("/v1/periods/2026-10/close", headers=keys("periods:write")).status_code == 200
    assert client.get("/v1/payouts/2026-10", headers=keys("payouts:read")).status_code == 200
    assert noted(runtime, "money.seen")[0] == ("a test", "everybody", {"period": "2026-10"})


def test_a_look_that_was_refused_is_no_look(runtime: Runtime, client: FlaskClient, keys: Keys) -> None:
    assert client.get("/v1/statements/ann/2026-10", headers=keys("boards:read")).status_code == 403
    assert client.get("/v1/statements/nobody/2026-10", headers=keys("statements:read")).status_code == 404
    assert noted(runtime, "money.seen") == []


def test_a_close_is_noted_with_the_hash_of_its_document_and_what_the_checklist_warned_of(
    runtime: Runtime, client: FlaskClient, keys: Keys
) -> None:
    closed = client.post("/v1/periods/2026-10/close", headers=keys("periods:write")).get_json()
    [entry] = noted(runtime, "period.closed")
    assert entry == ("a test", "2026-10", {"version": 1, "document_hash": closed["document_hash"], "warnings": {}})


def test_a_changed_target_is_noted_with_what_it_was(runtime: Runtime, client: FlaskClient, keys: Keys) -> None:
    row = {"person_id": "ann", "period": "2026-12", "standard": "calls"}
    for target in ("40", "50", "50"):
        answer = client.post("/v1/targets", headers=keys("targets:write"), json={"targets": [row | {"amount": target}]})
        assert answer.status_code == 200, answer.text
    said = [
        (who, subject, detail["before"], detail["target"]) for who, subject, detail in noted(runtime, "target.assigned")
    ]
    assert said == [("a test", "ann", "40", "50"), ("a test", "ann", None, "40")]


def test_a_changed_person_is_noted_without_the_salary(runtime: Runtime, client: FlaskClient, keys: Keys) -> None:
    person = {
        "person_id": "ann",
        "name": "Ann",
        "hired_on": "2025-01-01",
        "starts_on": "2025-01-01",
        "role": "closer",
        "grade": "senior",
        "team": "north",
        "fixed_salary": "1777.00",
        "soft_salary": "0",
        "pay_channel": "payroll",
    }
    answer = client.post("/v1/people", headers=keys("people:write"), json={"people": [person]})
    assert answer.status_code == 200, answer.text
    [entry] = noted(runtime, "person.changed")
    assert entry[:2] == ("a test", "ann")
    assert "assignments" in entry[2]["changed"]
    assert "1777" not in str(entry[2])
