"""Promises of /v1/plans: what is published, and what plan files would do."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.domain.key import Scope
from service.jobs import pipeline
from service.runtime import Runtime
from service.store.facts import list_facts
from service.store.plan_tables import recount
from tests.application import Clock, Keys
from tests.company import CLOSER, DEFAULTS, OCTOBER, ORG, Company, a_call

FILES = {"_org.yaml": ORG, "_defaults.yaml": DEFAULTS, "closer.yaml": CLOSER}
RICHER = CLOSER.replace("rate: 3.3%", "rate: 5%").replace("commission: 33.00", "commission: 50.00")
RICHER = RICHER.replace("total: 786.00", "total: 803.00").replace("commission: 16.50", "commission: 25.00")
NEXT = RICHER.replace("2026-01-01", "2026-12-01").replace('version: "1"', 'version: "2"')
GIVEN = {
    "employee": {"fixed_salary": "1500.00", "soft_salary": "0.00", "grade": "middle", "tenure_months": 14},
    "calendar": {"workdays": 20, "worked_days": 10},
    "target": {"calls": 40},
    "metric": {"calls": 1, "collected": "1000.05"},
}


@pytest.fixture
def key(keys: Keys) -> dict[str, str]:
    return keys("plans:read", "plans:write")


@pytest.fixture
def company(runtime: Runtime) -> Company:
    found = Company(runtime)
    found.found()
    return found


def listed(client: FlaskClient, key: dict[str, str], path: str) -> Any:
    return client.get(path, headers=key).json


def post(client: FlaskClient, key: dict[str, str], what: str, **body: object) -> Any:
    return client.post(f"/v1/plans:{what}", json=body, headers=key)


def published(client: FlaskClient, key: dict[str, str], closer: str = NEXT, **more: object) -> Any:
    return post(client, key, "publish", files={**FILES, "closer.yaml": closer}, plans=["closer"], **more)


def test_files_are_checked_and_every_finding_has_its_place(client: FlaskClient, key: dict[str, str]) -> None:
    wrong = CLOSER.replace("base: metric.collected", "base: metric.colected")
    answer = post(client, key, "check", files={**FILES, "closer.yaml": wrong}, plans=["closer"])
    assert answer.status_code == 200
    assert answer.json["publishable"] is False
    found = [item for item in answer.json["findings"] if item["code"] == "E-NAME"]
    assert [(item["file"], item["line"] > 0, "metric.collected" in item["suggestion"]) for item in found] == [
        ("closer.yaml", True, True)
    ]


def test_the_linter_asks_through_the_api_too(client: FlaskClient, key: dict[str, str]) -> None:
    clean = post(client, key, "check", files=FILES).json
    assert clean is not None
    assert (clean["publishable"], clean["findings"]) == (True, [])
    assert "no plan of the role is in force" in clean["notes"][0]
    asking = CLOSER.replace("until: 2099-12-31", "until: 2026-11-22")
    found = post(client, key, "check", files={**FILES, "closer.yaml": asking}).json
    assert found["publishable"] is False
    assert {item["code"] for item in found["findings"]} == {"W-UNBOUNDED", "W-ACCEPT"}


def test_a_plan_of_files_is_evaluated_with_its_reasons(client: FlaskClient, key: dict[str, str]) -> None:
    answer = post(client, key, "eval", plan="closer", files=FILES, given=GIVEN).json
    assert answer["lines"] == {"base": "750.00", "per_call": "1.50", "commission": "16.50"}
    assert (answer["total"], answer["payable"], answer["factors"]) == ("768.00", "18.00", {"enough_calls": "0.5"})
    assert {item["line"] for item in answer["explanation"]} == {"base", "per_call", "commission"}


@pytest.mark.usefixtures("company")
def test_a_published_plan_is_evaluated_without_files(client: FlaskClient, key: dict[str, str]) -> None:
    assert post(client, key, "eval", plan="closer", given=GIVEN).json["payable"] == "18.00"
    answer = post(client, key, "eval", plan="farmer", given=GIVEN)
    assert (answer.status_code, answer.json["code"]) == (404, "plan_not_published")


def test_a_missing_input_is_named_and_never_zero(client: FlaskClient, key: dict[str, str]) -> None:
    answer = post(client, key, "eval", plan="closer", files=FILES, given={**GIVEN, "target": {}})
    assert (answer.status_code, answer.json["code"]) == (422, "missing_input")
    assert "target.calls" in answer.json["detail"]


def test_a_plan_is_written_for_people_in_both_languages(client: FlaskClient, key: dict[str, str]) -> None:
    english = post(client, key, "doc", plan="closer", files=FILES).json
    bulgarian = post(client, key, "doc", plan="closer", files=FILES, language="bg").json
    assert ("Per conversation" in english["html"], "За разговор" in bulgarian["html"]) == (True, True)
    assert english["hash"] == bulgarian["hash"]
    assert post(client, key, "doc", plan="closer", files=FILES, language="fr").status_code == 422


def test_hints_say_what_the_next_step_pays(client: FlaskClient, key: dict[str, str]) -> None:
    hints = {item["input"]: item for item in post(client, key, "hints", plan="closer", files=FILES, given=GIVEN).json}
    assert (hints["metric.calls"]["step"], hints["metric.calls"]["gain"]) == ("1", "18.00")


@pytest.mark.usefixtures("company")
def test_a_draft_is_compared_with_what_is_published_or_with_older_files(
    client: FlaskClient, key: dict[str, str]
) -> None:
    richer = {**FILES, "closer.yaml": RICHER}
    against_published = post(client, key, "diff", plan="closer", files=richer).json
    against_files = post(client, key, "diff", plan="closer", files=richer, old_files=FILES).json
    assert against_published == against_files
    assert [sentence for sentence in against_files["differences"] if "3.3%" in sentence and "5%" in sentence]
    assert post(client, key, "diff", plan="closer", files=FILES).json["differences"] == []


@pytest.mark.usefixtures("company")
def test_a_plan_is_published_and_listed_with_its_versions(client: FlaskClient, key: dict[str, str]) -> None:
    done = published(client, key)
    assert done.status_code == 200, done.text
    [told] = done.json
    assert (told["plan_id"], told["starts_on"], told["counted_again_from"]) == ("closer", "2026-12-01", None)
    [told_of] = listed(client, key, "/v1/plans")
    assert [(item["version"], item["state"], item["ends_on"]) for item in told_of["versions"]] == [
        ("1", "in_force", "2026-11-30"),
        ("2", "next", None),
    ]
    versions = listed(client, key, "/v1/plans/closer")
    assert [(item["published_by"], item["without_notice_reason"]) for item in versions] == [
        ("finance", "the small company begins"),
        ("a test", ""),
    ]
    assert versions[1]["hash"] == told["hash"]
    assert versions[1]["document"]["rules"].keys() == {"base", "commission", "enough_calls", "per_call"}


@pytest.mark.usefixtures("company")
def test_too_little_notice_is_refused_unless_a_reason_is_given(
    client: FlaskClient, key: dict[str, str], clock: Clock
) -> None:
    clock.now = clock.now.replace(day=27)
    answer = published(client, key)
    assert (answer.status_code, answer.json["code"]) == (422, "plan_notice_too_short")
    assert published(client, key, without_notice="the board decided").status_code == 200
    versions = listed(client, key, "/v1/plans/closer")
    assert versions[1]["without_notice_reason"] == "the board decided"


@pytest.mark.usefixtures("company")
def test_a_plan_that_is_not_ready_is_not_published(client: FlaskClient, key: dict[str, str]) -> None:
    answer = published(client, key, NEXT.replace("commission: 50.00", "commission: 51.00"))
    assert (answer.status_code, answer.json["code"]) == (422, "plan_not_publishable")
    assert len(listed(client, key, "/v1/plans/closer")) == 1


def test_events_are_counted_again_when_the_metrics_change(
    client: FlaskClient, key: dict[str, str], company: Company, nudged: list[str]
) -> None:
    company.send(a_call("ann", "c1", talk_s=25), a_call("ann", "c2", talk_s=60))
    files = {**FILES, "_org.yaml": ORG.replace("min: 20", "min: 30"), "closer.yaml": CLOSER}
    done = post(client, key, "publish", files=files, plans=["closer"], without_notice="a mistake in the metric")
    assert done.json[0]["counted_again_from"] == "2026-01-01"
    assert "recount" in nudged

    def calls() -> int:
        with company.runtime.reading() as session:
            facts = list_facts(session, ["ann"], OCTOBER.first_day, OCTOBER.last_day)
        return sum(item.value for item in facts if item.metric_id == "calls")

    assert calls() == 2
    pipeline.recount()
    assert calls() == 1
    with company.runtime.reading() as session:
        assert session.execute(select(func.count()).select_from(recount)).scalar_one() == 0


def test_a_file_larger_than_a_text_of_an_event_is_read(client: FlaskClient, key: dict[str, str]) -> None:
    long = CLOSER + "# a comment\n" * 4_000
    answer = post(client, key, "eval", plan="closer", files={**FILES, "closer.yaml": long}, given=GIVEN)
    assert answer.status_code == 200
    bomb = CLOSER + "#" * 300_000
    found = post(client, key, "check", files={**FILES, "closer.yaml": bomb}, plans=["closer"]).json["findings"]
    assert any("at most" in item["message"] for item in found)


@pytest.mark.parametrize(
    "body",
    [{}, {"files": {}}, {"files": {"../etc/passwd": ""}}, {"files": {"a.yaml": 1}}, {"files": FILES, "more": 1}],
)
def test_a_body_of_another_shape_is_refused(client: FlaskClient, key: dict[str, str], body: dict[str, object]) -> None:
    assert post(client, key, "check", **body).status_code == 422


def test_an_unknown_plan_is_not_found(client: FlaskClient, key: dict[str, str]) -> None:
    assert client.get("/v1/plans/nobody", headers=key).status_code == 404
    assert post(client, key, "check", files=FILES, plans=["nobody"]).status_code == 404


ENDPOINTS = [
    ("GET", "/v1/plans"),
    ("GET", "/v1/plans/closer"),
    ("GET", "/v1/plans/closer/confirmations"),
    ("GET", "/v1/people/ann/plan"),
    ("GET", "/v1/plans/backtests/bt_1"),
    ("POST", "/v1/people/ann/plan/confirmations"),
    ("POST", "/v1/plans/backtests"),
    *[("POST", f"/v1/plans:{what}") for what in ("check", "eval", "hints", "diff", "doc", "publish")],
]


def test_every_endpoint_of_plans_needs_its_scope(client: FlaskClient, keys: Keys) -> None:
    plans = {Scope.PLANS_READ, Scope.PLANS_WRITE, Scope.PLANS_CONFIRM, Scope.ADMIN}
    others = keys(*[scope for scope in Scope if scope not in plans], source="crm")
    without = {(method, path): client.open(path, method=method).status_code for method, path in ENDPOINTS}
    foreign = {
        (method, path): client.open(path, method=method, headers=others).status_code for method, path in ENDPOINTS
    }
    assert (set(without.values()), set(foreign.values())) == ({401}, {403}), (without, foreign)


def test_reading_plans_does_not_allow_publishing(client: FlaskClient, keys: Keys) -> None:
    reader = keys("plans:read")
    assert published(client, reader).status_code == 403
    assert client.get("/v1/plans", headers=reader).status_code == 200
