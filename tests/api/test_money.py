"""The money over the API: months are closed, statements read, payouts fetched; each with the scope for it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api.payouts import Style
from service.jobs.pipeline import refresh
from service.runtime import Runtime
from tests.application import Clock, Keys
from tests.company import EARLY_NOVEMBER, MID_OCTOBER, OCTOBER, Company, a_call, a_payment


@pytest.fixture(autouse=True)
def company(runtime: Runtime, clock: Clock) -> Company:
    """The small company: Ann had two conversations and 1,000.05 received."""
    clock.now = MID_OCTOBER
    found = Company(runtime)
    found.found()
    found.send(a_call("ann", "c1"), a_call("ann", "c2"), a_payment("ann", "p1", "1000.05"))
    found.refresh()
    clock.now = found.now = EARLY_NOVEMBER
    return found


def close(client: FlaskClient, keys: Keys) -> Any:
    """Close October as finance does."""
    return client.post("/v1/periods/2026-10/close", headers=keys("periods:write"))


def test_a_month_is_closed_over_the_api_once(client: FlaskClient, keys: Keys) -> None:
    closed = close(client, keys)
    assert (closed.status_code, closed.get_json()["period"], closed.get_json()["version"]) == (200, "2026-10", 1)
    again = client.post("/v1/periods/2026-10/close", headers=keys("periods:write"))
    assert (again.status_code, again.get_json()["type"].rpartition("/")[2]) == (409, "already_closed")
    assert listed_periods(client, keys)["2026-10"] == ("closed", 1)


def listed_periods(client: FlaskClient, keys: Keys) -> dict[str, tuple[str, int]]:
    """State and version of every period that is listed."""
    listed = client.get("/v1/periods", headers=keys("payouts:read")).get_json()
    return {item["period"]: (item["state"], item["version"]) for item in listed}


def test_a_month_that_is_over_and_not_closed_is_settling_wherever_it_is_told(client: FlaskClient, keys: Keys) -> None:
    listed = listed_periods(client, keys)
    assert (listed["2026-10"], listed["2026-11"]) == (("settling", 0), ("open", 0))
    reader = keys("payouts:read", "boards:read", "statements:read")
    for path in ("/v1/periods/2026-10", "/v1/leaderboards/closer?period=2026-10", "/v1/statements/ann/2026-10"):
        assert client.get(path, headers=reader).get_json()["state"] == "settling"


def test_each_month_is_listed_with_the_days_on_which_it_is_calculated_reviewed_and_paid(
    client: FlaskClient, keys: Keys
) -> None:
    listed = client.get("/v1/periods", headers=keys("payouts:read")).get_json()
    (october,) = (item for item in listed if item["period"] == "2026-10")
    days = [october[name] for name in ("calculate_on", "review_until", "pay_on")]
    assert days == ["2026-11-05", "2026-11-06T12:00:00+02:00", "2026-11-13"]


def test_a_month_that_waits_for_work_is_refused_and_the_work_is_asked_for(
    company: Company, client: FlaskClient, keys: Keys, nudged: list[str]
) -> None:
    company.send(a_call("bob", "c9", at=MID_OCTOBER))
    answer = client.post("/v1/periods/2026-10/close", headers=keys("periods:write"))
    assert (answer.status_code, answer.get_json()["type"].rpartition("/")[2]) == (409, "work_is_stale")
    assert "refresh" in nudged


@pytest.mark.parametrize("period", ["2026-13", "october", "2026-10-01"])
def test_a_period_that_is_none_is_refused(client: FlaskClient, keys: Keys, period: str) -> None:
    answer = client.post(f"/v1/periods/{period}/close", headers=keys("periods:write"))
    assert (answer.status_code, answer.get_json()["type"].rpartition("/")[2]) == (422, "invalid_period")


def test_a_statement_is_estimated_first_and_confirmed_after_the_close(client: FlaskClient, keys: Keys) -> None:
    header = keys("statements:read")
    estimate = client.get("/v1/statements/ann/2026-10", headers=header).get_json()
    assert (estimate["status"], estimate["document"]["payable"]) == ("estimated", "19.50")
    close(client, keys)
    statement = client.get("/v1/statements/ann/2026-10", headers=header).get_json()
    assert (statement["status"], statement["document"]["payable"]) == ("confirmed", "19.50")
    assert len(statement["document_hash"]) == 64
    listed = client.get("/v1/statements/ann/2026-10/events?metric=collected", headers=header).get_json()
    assert [(item["type"], item["value"]) for item in listed] == [("payment.received", "20001/20")]


def test_a_statement_is_told_in_a_language_and_its_document_stays(client: FlaskClient, keys: Keys) -> None:
    header = keys("statements:read")
    close(client, keys)
    plain, bulgarian, english = (
        client.get(f"/v1/statements/ann/2026-10{query}", headers=header).get_json()
        for query in ("", "?lang=bg", "?lang=en")
    )
    assert "told" not in plain
    assert plain["document_hash"] == bulgarian["document_hash"] == english["document_hash"]
    assert plain["document"] == bulgarian["document"] == english["document"]
    lines = plain["document"]["lines"]
    assert [line["rule"] for line in bulgarian["told"]] == [line["rule"] for line in lines]
    assert [line["label"] for line in bulgarian["told"]] == [line["label_bg"] for line in lines]
    assert [line["label"] for line in english["told"]] == [line["label"] for line in lines]
    steps = {line["rule"]: line["why"]["steps"] for line in bulgarian["told"]}
    assert steps["base"] == [{"text": "1\xa0500,00 x 22 от 22 дни", "amount": "1\xa0500,00"}]
    assert steps["commission"] == [{"text": "1\xa0000,05 x 3,3%", "amount": "33,0016…"}]
    refused = client.get("/v1/statements/ann/2026-10?lang=de", headers=header)
    assert (refused.status_code, refused.get_json()["type"].rpartition("/")[2]) == (422, "invalid")


def test_nobody_has_a_statement_who_is_not_known_or_had_no_plan(client: FlaskClient, keys: Keys) -> None:
    header = keys("statements:read")
    assert client.get("/v1/statements/nobody/2026-10", headers=header).status_code == 404
    missing = client.get("/v1/statements/ann/2025-01", headers=header)
    assert (missing.status_code, missing.get_json()["type"].rpartition("/")[2]) == (404, "no_statement")


def test_payouts_are_the_same_in_json_and_csv_and_stay_the_same(
    company: Company, client: FlaskClient, keys: Keys, clock: Clock
) -> None:
    header = keys("payouts:read")
    assert client.get("/v1/payouts/2026-10", headers=header).status_code == 409
    close(client, keys)
    report = client.get("/v1/payouts/2026-10", headers=header)
    document = report.get_json()
    assert (document["people"], document["total"], document["currency"]) == (1, "19.50", "EUR")
    sheet = client.get("/v1/payouts/2026-10?format=csv", headers=header)
    assert sheet.mimetype == "text/csv"
    assert list(csv.DictReader(io.StringIO(sheet.text))) == document["payouts"]
    company.now = clock.now = EARLY_NOVEMBER + timedelta(days=1)
    company.send(a_payment("ann", "late", "500.00"))
    company.refresh()
    assert client.get("/v1/payouts/2026-10", headers=header).data == report.data
    known = header | {"If-None-Match": report.headers["ETag"]}
    assert client.get("/v1/payouts/2026-10", headers=known).status_code == 304


@pytest.mark.parametrize("query", ["", "?format=csv", "?format=xlsx", "?format=csv&table=rule", "?format=xlsx&lang=bg"])
def test_two_pulls_of_an_approved_month_are_the_same_bytes_in_every_format(
    company: Company, client: FlaskClient, keys: Keys, clock: Clock, query: str
) -> None:
    header = keys("payouts:read")
    approve(client, keys)
    first = client.get(f"/v1/payouts/2026-10{query}", headers=header)
    company.now = clock.now = EARLY_NOVEMBER + timedelta(days=1)
    company.send(a_payment("ann", "late", "500.00"))
    company.refresh()
    second = client.get(f"/v1/payouts/2026-10{query}", headers=header)
    assert (first.status_code, first.data, first.headers["ETag"]) == (200, second.data, second.headers["ETag"])
    known = header | {"If-None-Match": first.headers["ETag"]}
    assert client.get(f"/v1/payouts/2026-10{query}", headers=known).status_code == 304


def test_a_report_is_given_in_the_format_that_is_asked_for(client: FlaskClient, keys: Keys) -> None:
    header = keys("payouts:read")
    close(client, keys)
    sheet = client.get("/v1/payouts/2026-10", headers=header | {"Accept": Style.XLSX.value})
    assert (sheet.mimetype, sheet.data[:2]) == (Style.XLSX.value, b"PK")
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="payouts-2026-10.xlsx"'
    assert client.get("/v1/payouts/2026-10?format=pdf", headers=header).status_code == 422
    assert client.get("/v1/payouts/2026-10?table=planet", headers=header).status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("post", f"/v1/periods/{OCTOBER}/close", "periods:write"),
        ("get", "/v1/periods", "payouts:read"),
        ("get", f"/v1/statements/ann/{OCTOBER}", "statements:read"),
        ("get", f"/v1/statements/ann/{OCTOBER}/events?metric=calls", "statements:read"),
        ("get", f"/v1/payouts/{OCTOBER}", "payouts:read"),
    ],
)
def test_money_is_closed_to_a_key_without_its_scope(
    client: FlaskClient, keys: Keys, method: str, path: str, scope: str
) -> None:
    others = keys("events:write", "events:read", "boards:read", "people:read", "targets:write", source="crm")
    assert getattr(client, method)(path).status_code == 401
    assert getattr(client, method)(path, headers=others).status_code == 403
    assert getattr(client, method)(path, headers=keys(scope)).status_code not in {401, 403}


def approve(client: FlaskClient, keys: Keys) -> None:
    """Close October, and approve it as Bob."""
    close(client, keys)
    wanted = {"document_hash": seen_hash(client, keys)}
    signed = client.post("/v1/periods/2026-10/approve", json=wanted, headers=keys("periods:approve", person="bob"))
    assert signed.get_json()["state"] == "approved"


def seen_hash(client: FlaskClient, keys: Keys) -> str:
    """The hash of the closing document, as whoever approves reads it."""
    signed = client.get("/v1/periods/2026-10", headers=keys("payouts:read")).get_json()
    assert signed["document"]["payable"] == "19.50"
    return str(signed["document_hash"])


def test_a_closed_month_is_withdrawn_closed_again_and_approved(client: FlaskClient, keys: Keys) -> None:
    close(client, keys)
    why = {"reason": "too early"}
    taken = client.post("/v1/periods/2026-10/withdraw", json=why, headers=keys("periods:write"))
    assert (taken.status_code, taken.get_json()["state"]) == (200, "settling")
    old = client.get("/v1/statements/ann/2026-10?version=1", headers=keys("statements:read")).get_json()
    assert (old["status"], old["document"]["payable"]) == ("withdrawn", "19.50")
    refresh()
    assert close(client, keys).get_json()["version"] == 2
    wanted = {"document_hash": seen_hash(client, keys)}
    signing = keys("periods:approve", person="bob")
    approved = client.post("/v1/periods/2026-10/approve", json=wanted, headers=signing)
    assert (approved.status_code, approved.get_json()["state"]) == (200, "approved")
    signed = client.get("/v1/periods/2026-10", headers=keys("payouts:read")).get_json()
    assert (signed["state"], signed["approvals"][0]["approved_by"]) == ("approved", "the key of bob")
    assert (signed["payments"], signed["withdrawals"][0]["reason"]) == ([], "too early")


@pytest.mark.parametrize(
    ("person", "closer", "code"),
    [(None, None, "signer_unknown"), ("ann", None, "own_pay"), ("bob", "bob", "closed_by_you")],
)
def test_who_may_not_approve_is_told_why(
    client: FlaskClient, keys: Keys, person: str | None, closer: str | None, code: str
) -> None:
    client.post("/v1/periods/2026-10/close", headers=keys("periods:write", person=closer))
    wanted = {"document_hash": seen_hash(client, keys)}
    refused = client.post("/v1/periods/2026-10/approve", json=wanted, headers=keys("periods:approve", person=person))
    assert (refused.status_code, refused.get_json()["type"].rpartition("/")[2]) == (403, code)


def test_another_document_is_not_approved(client: FlaskClient, keys: Keys) -> None:
    close(client, keys)
    signing = keys("periods:approve", person="bob")
    refused = client.post("/v1/periods/2026-10/approve", json={"document_hash": "0" * 64}, headers=signing)
    assert (refused.status_code, refused.get_json()["type"].rpartition("/")[2]) == (409, "other_document")
