"""Promises of the what-if and of the earnings: the real engine says what would be, and nothing of it stays."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.domain.period import Period
from service.runtime import Runtime
from service.store.columns import METADATA
from tests.application import Clock, Keys
from tests.company import an_assignment
from tests.deals import AUGUST, JULY, SEPTEMBER, DealCompany, on_day, paid, won
from tests.payouts import pay_whole
from tests.teams import team_rules

PLAN = """
schema: incentive/1
plan: closer
title: Closer
version: "1"
effective: {from: 2026-07-01}
extends: [_org]
rules:
  commission: {kind: rate, label: Commission, label_bg: Комисиона, base: metric.collected, rate: 10%}
  deals:
    kind: tiers
    label: Deals
    label_bg: Сделки
    mode: step
    measure: metric.won
    tiers: [{from: 0, amount: 0}, {from: 3, amount: 50}]
  kept:
    kind: holdback
    label: Kept
    label_bg: Отложено
    lines: [commission]
    share: 20%
    release: {when: deal.paid_in_full, within: 60d, otherwise: pay}
examples:
  - {name: Two, given: {metric: {collected: 1_000, won: 2}}, expect: {commission: 100.00, deals: 0.00, kept: -20.00}}
  - {name: Three, given: {metric: {collected: 1_000, won: 3}}, expect: {deals: 50.00}}
"""


pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def company(runtime: Runtime, clock: Clock) -> DealCompany:
    """Ann in July: one deal won, and a first payment of it."""
    company = DealCompany(runtime, now=on_day(JULY, 1))
    company.found_team([an_assignment("ann")], team_rules(closer=PLAN))
    company.send(won("ann", "A", "3000", JULY), paid("ann", "A", "1000", JULY))
    company.refresh()
    clock.now = company.now
    return company


@pytest.fixture
def key(keys: Keys) -> dict[str, str]:
    return keys("statements:read")


def rows(company: DealCompany) -> dict[str, int]:
    """How many rows every table has, but for the audit log."""
    with company.runtime.reading() as session:
        counts = {
            name: session.scalar(select(func.count()).select_from(table)) for name, table in METADATA.tables.items()
        }
    return {name: count or 0 for name, count in counts.items() if name not in {"audit", "api_key"}}


def ask(client: FlaskClient, key: dict[str, str], **body: object) -> Any:
    answer = client.post("/v1/people/ann/what-if", json=body, headers=key)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_more_of_a_metric_is_paid_by_the_real_plan_and_nothing_of_it_is_kept(
    company: DealCompany, client: FlaskClient, key: dict[str, str]
) -> None:
    before = rows(company)
    found = ask(client, key, add={"won": "2", "collected": "500.50"})
    assert found["before"] == {"payable": "80.00", "held": "20.00", "draw": "0.00"}
    # 1,500.50 x 10 % is 150.05, a fifth of it 30.01; three deals unlock 50.00.
    assert found["after"] == {"payable": "170.04", "held": "30.01", "draw": "0.00"}
    assert found["difference"] == "90.04"
    assert {line["rule"]: (line["before"], line["after"], line["difference"]) for line in found["lines"]} == {
        "commission": ("100.00", "150.05", "50.05"),
        "deals": ("0.00", "50.00", "50.00"),
        "kept": ("-20.00", "-30.01", "-10.01"),
    }
    assert rows(company) == before
    assert company.told("ann", JULY) == {"commission rate": "100.00", "kept holdback": "-20.00"}


def test_imagined_events_go_the_whole_way(company: DealCompany, client: FlaskClient, key: dict[str, str]) -> None:
    before = rows(company)
    events = [
        {"type": "deal.won", "data": {"deal_id": name, "amount": "10.00"}, "time": "2026-07-09T09:00:00+03:00"}
        for name in ("B", "C")
    ]
    found = ask(
        client, key, events=[*events, {"type": "payment.received", "data": {"deal_id": "B", "amount": "10.00"}}]
    )
    assert found["difference"] == "50.80"
    assert rows(company) == before


def test_it_says_what_would_pay_next_in_the_language_that_is_asked_for(
    client: FlaskClient, key: dict[str, str]
) -> None:
    steps = ask(client, key, add={"won": "1"}, lang="bg")["next_steps"]
    assert [(step["metric"], step["step"], step["gain"]) for step in steps] == [("metric.won", "1", "50.00")]
    assert steps[0]["text"].replace("\xa0", " ") == "Още 1 от „Deals won“: 50,00 повече"
    statement = client.get("/v1/statements/ann/2026-07", headers=key).json
    assert statement is not None
    assert [step["text"] for step in statement["next_steps"]] == ["2 more of “Deals won” unlocks 50.00"]


def test_a_month_that_is_over_has_no_next_steps_and_can_still_be_imagined_while_it_is_open(
    clock: Clock, client: FlaskClient, key: dict[str, str]
) -> None:
    clock.now = on_day(AUGUST, 3)
    found = ask(client, key, period="2026-07", events=[{"type": "payment.received", "data": {"amount": "10.00"}}])
    assert (found["period"], found["difference"], found["next_steps"]) == ("2026-07", "0.80", [])


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"add": {"nothing": "3"}}, "/add/nothing", "not_addable"),
        ({"add": {"won": "1.5"}}, "/add/won", "not_addable"),
        ({"add": {"won": "1001"}}, "/add/won", "not_addable"),
        ({"add": {"won": "-1"}}, "/add/won", "not_addable"),
        ({"add": {"collected": "0.001"}}, "/add/collected", "not_addable"),
        ({"add": {"win_rate": "1"}}, "/add/win_rate", "not_addable"),
        ({"add": {"longest": "1"}}, "/add/longest", "not_addable"),
        ({"events": [{"type": "no.such"}]}, "/events/0", "unmapped_type"),
        ({"events": [{"type": "deal.won", "data": {"amount": "x"}}]}, "/events/0", "invalid_amount"),
        ({"events": [{"type": "call.ended", "time": "2027-01-01T00:00:00Z"}]}, "/events/0", "future_time"),
    ],
)
def test_what_cannot_be_imagined_is_named(
    client: FlaskClient, key: dict[str, str], body: dict[str, object], pointer: str, code: str
) -> None:
    answer = client.post("/v1/people/ann/what-if", json=body, headers=key)
    assert answer.status_code == 422
    assert answer.json is not None
    assert [(item["pointer"], item["code"]) for item in answer.json["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    "body", [{"add": {"won": 3}}, {"events": [{}]}, {"lang": "fr"}, {"events": [{"type": "x.y"}] * 51}]
)
def test_a_body_of_another_shape_is_refused(client: FlaskClient, key: dict[str, str], body: object) -> None:
    assert client.post("/v1/people/ann/what-if", json=body, headers=key).status_code == 422


def test_only_an_open_month_can_be_imagined_and_only_of_somebody(
    clock: Clock, company: DealCompany, client: FlaskClient, key: dict[str, str]
) -> None:
    company.close_month(JULY)
    clock.now = company.now
    for period in ("2026-07", "2026-09"):
        refused = client.post("/v1/people/ann/what-if", json={"period": period}, headers=key)
        assert (refused.status_code, refused.json and refused.json["code"]) == (409, "month_not_open")
    assert client.post("/v1/people/nobody/what-if", json={}, headers=key).status_code == 404


def test_a_look_at_it_is_noted_and_needs_its_scope(client: FlaskClient, keys: Keys, key: dict[str, str]) -> None:
    assert client.post("/v1/people/ann/what-if", json={}, headers=keys("activity:read")).status_code == 403
    assert client.get("/v1/people/ann/earnings", headers=keys("activity:read")).status_code == 403
    ask(client, key)
    client.get("/v1/people/ann/earnings", headers=key)
    looks = client.get("/v1/audit?what=money.seen", headers=keys("audit:read")).json
    assert looks is not None
    assert [(entry["subject"], entry["detail"]) for entry in looks["entries"]] == [("ann", {"period": "2026-07"})] * 2


def earnings(client: FlaskClient, key: dict[str, str]) -> dict[str, str]:
    answer = client.get("/v1/people/ann/earnings", headers=key)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return {name: answer.json[name] for name in ("estimated", "confirmed", "approved", "paid", "held")}


def test_earnings_tell_how_firm_each_month_is_and_what_is_held_back_beside_them(
    clock: Clock, company: DealCompany, client: FlaskClient, key: dict[str, str]
) -> None:
    company.close_month(JULY)
    company.send(paid("ann", "A", "500", AUGUST))
    company.close_month(AUGUST)
    company.send(paid("ann", "A", "100", SEPTEMBER))
    company.refresh()
    clock.now = company.now
    firm = {"estimated": "28.00", "confirmed": "120.00", "approved": "0.00", "paid": "0.00", "held": "12.00"}
    assert earnings(client, key) == firm
    company.approve_month(JULY)
    assert earnings(client, key) == firm | {"confirmed": "40.00", "approved": "80.00"}
    company.approve_month(AUGUST)
    pay_whole(company.runtime, JULY, "fred", now=company.now)
    assert earnings(client, key) == firm | {"confirmed": "0.00", "approved": "40.00", "paid": "80.00"}
    found = client.get("/v1/people/ann/earnings", headers=key).json
    assert found is not None
    assert [(month["period"], month["status"], month["payable"]) for month in found["months"]] == [
        ("2026-09", "estimated", "28.00"),
        ("2026-08", "approved", "40.00"),
        ("2026-07", "paid", "80.00"),
    ]


def test_months_longer_ago_than_a_year_are_not_counted(
    clock: Clock, company: DealCompany, client: FlaskClient, key: dict[str, str]
) -> None:
    company.close_month(JULY)
    for month, confirmed in ((6, "80.00"), (7, "0.00")):
        clock.now = on_day(Period(2027, month))
        assert earnings(client, key)["confirmed"] == confirmed
    assert client.get("/v1/people/nobody/earnings", headers=key).status_code == 404
