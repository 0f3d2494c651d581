"""Reminders of what the end of a month asks: each once, seen by finance, gone when it is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.domain.approval import Signer
from service.flows.approve import approve
from service.flows.withdraw import withdraw
from service.jobs.pipeline import remind
from service.jobs.queue import JOBS
from service.runtime import Runtime
from tests.application import Clock, Keys
from tests.company import OCTOBER, Company, a_payment
from tests.payouts import pay_whole

# The first five working days of November 2026 are the 2nd to the 6th; the 15th is a Sunday.
CALCULATED = datetime(2026, 11, 5, 9, tzinfo=UTC)
REVIEWED = datetime(2026, 11, 6, 10, 30, tzinfo=UTC)
PAY_DAY = datetime(2026, 11, 13, 9, tzinfo=UTC)


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """Ann earned something in October."""
    found = Company(runtime)
    found.found()
    found.send(a_payment("ann", "p1", "1000"))
    found.refresh()
    return found


def at(company: Company, clock: Clock, now: datetime) -> None:
    """Let a worker sweep at a moment, twice."""
    clock.now = company.now = now
    remind()
    remind()


def tasks(client: FlaskClient, keys: Keys, state: str = "open") -> list[tuple[str, int, bool]]:
    """What the reminders ask, for which closing, and whether somebody was reminded."""
    listed: list[dict[str, Any]] = client.get(f"/v1/reminders?state={state}", headers=keys("payouts:read")).get_json()
    assert {item["period"] for item in listed} <= {"2026-10"}
    return [(item["task"], item["version"], item["reminded_at"] is not None) for item in listed]


def test_the_sweep_of_the_workers_reminds() -> None:
    assert "remind" in JOBS


def test_a_month_is_reminded_of_until_it_is_closed_and_again_after_a_withdrawal(
    company: Company, clock: Clock, client: FlaskClient, keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    at(company, clock, CALCULATED - timedelta(days=1))
    assert tasks(client, keys) == []
    at(company, clock, CALCULATED)
    assert tasks(client, keys) == [("close", 0, True)]
    assert [record.message for record in caplog.records if "2026-10" in record.message] == [
        "for finance: Look at `stimul period check 2026-10` and close 2026-10."
    ]
    company.close(OCTOBER)
    assert tasks(client, keys) == [("approve", 1, False)]
    at(company, clock, REVIEWED)
    assert tasks(client, keys) == [("approve", 1, True), ("approve_late", 1, True)]
    with company.runtime.transaction() as session:
        withdraw(session, OCTOBER, "a mistake", "finance", now=company.now)
    at(company, clock, REVIEWED)
    # Another occasion: the month waits to be closed a second time.
    assert tasks(client, keys) == [("close", 1, True), ("close_late", 1, True)]


def test_an_approved_month_is_reminded_of_from_its_day_of_pay_until_it_is_paid(
    company: Company, clock: Clock, client: FlaskClient, keys: Keys
) -> None:
    company.now = CALCULATED
    closed = company.close(OCTOBER)
    with company.runtime.transaction() as session:
        approve(session, OCTOBER, closed.document_hash, Signer("fred", None), second_above_minor=None, now=company.now)
    at(company, clock, REVIEWED)
    assert tasks(client, keys) == []
    at(company, clock, PAY_DAY)
    assert tasks(client, keys) == [("pay", 1, True)]
    at(company, clock, PAY_DAY + timedelta(days=1))
    assert tasks(client, keys) == [("pay", 1, True), ("pay_late", 1, True)]
    pay_whole(company.runtime, OCTOBER, "finance", now=company.now)
    at(company, clock, PAY_DAY + timedelta(days=2))
    assert (tasks(client, keys), tasks(client, keys, "all")) == ([], [("pay", 1, True), ("pay_late", 1, True)])
    entries = client.get("/v1/audit?what=period.reminded", headers=keys("audit:read")).get_json()["entries"]
    assert [(entry["subject"], entry["detail"]["task"]) for entry in entries] == [
        ("2026-10", "pay_late"),
        ("2026-10", "pay"),
    ]


def test_a_month_in_which_nobody_earned_anything_asks_nothing_of_anybody(
    runtime: Runtime, clock: Clock, client: FlaskClient, keys: Keys
) -> None:
    company = Company(runtime)
    company.found()
    at(company, clock, CALCULATED)
    assert tasks(client, keys, "all") == []


def test_what_is_to_be_done_and_the_days_stand_with_the_period(
    company: Company, clock: Clock, client: FlaskClient, keys: Keys
) -> None:
    at(company, clock, CALCULATED)
    shown = client.get("/v1/periods/2026-10", headers=keys("payouts:read")).get_json()
    assert [item["what"] for item in shown["reminders"]] == ["Look at `stimul period check 2026-10` and close 2026-10."]
    assert (shown["calculate_on"], shown["review_until"], shown["pay_on"]) == (
        "2026-11-05",
        "2026-11-06T12:00:00+02:00",
        "2026-11-13",
    )
