"""Every endpoint and page with every kind of viewer, compared with the table written by hand in permissions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from service.app import UnmarkedEndpointError, create_app
from service.config import Settings
from service.domain.account import Role
from service.domain.key import Scope
from service.domain.permission import mark_of
from service.runtime import Runtime
from service.store.people import get_person, replace_people
from tests.accounts import a_television, an_account, log_in, send, site_of, with_login
from tests.application import Clock, Keys
from tests.company import MID_OCTOBER, Company, an_assignment

TABLE = yaml.safe_load(Path(__file__).with_name("permissions.yaml").read_text())
API: dict[str, str] = TABLE["api"]
PAGES: dict[str, str | list[str]] = TABLE["pages"]
VIEWERS: list[str] = TABLE["viewers"]
SCOPES = [scope.value for scope in Scope if scope is not Scope.ADMIN]

ROLES = {"head": Role.HEAD, "finance": Role.FINANCE, "administrator": Role.ADMINISTRATOR}
OCTOBER_FIRST, SEPTEMBER_LAST = date(2026, 10, 1), date(2026, 9, 30)

FILLED = {
    "<person_id>": "ann",
    "<period>": "2026-10",
    "<board>": "closer",
    "<plan_id>": "closer",
    "<source_id>": "crm",
    "<receipt_id>": "evt_aaaaaaaaaaaaaaaaaaaaaaaaaa",
    "<token>": "made-up",
    "<login>": "nobody",
    "<code>": "closed",
    "<key_id>": "0",
    "<backtest_id>": "0",
    "<int:question_id>": "1",
    "<archive_id>": "0",
    "<path:name>": "none",
    "<path_secret>": "none",
}


@pytest.fixture
def tables_url(sqlite_tables: str) -> str:
    """Who may do what is decided before any database is asked; one is enough."""
    return sqlite_tables


@pytest.fixture
def site(runtime: Runtime, clock: Clock) -> Flask:
    """A company: ann and bob below boss, lena leads others, fred led ann until September; and accounts for all."""
    clock.now = MID_OCTOBER
    opened = with_login(runtime)
    company = Company(opened, MID_OCTOBER)
    company.found(("ann", "bob", "boss", "lena", "fred", "zoe"))
    with opened.transaction() as session:
        for name, held in {
            "ann": [
                replace(an_assignment("ann"), manager_id="fred", ends_on=SEPTEMBER_LAST),
                replace(an_assignment("ann"), manager_id="boss", starts_on=OCTOBER_FIRST),
            ],
            "bob": [replace(an_assignment("bob"), manager_id="boss")],
            "zoe": [replace(an_assignment("zoe"), manager_id="lena")],
        }.items():
            replace_people(session, [get_person(session, name)], held, [])
    company.refresh()
    for name in ("ann", "bob", "boss", "lena", "fred"):
        an_account(opened, name, person=name)
    for name, role in ROLES.items():
        an_account(opened, name, role)
    return site_of(opened)


def rules(site: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in site.url_map.iter_rules():
        if not rule.endpoint.endswith("static"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield f"{method} {rule.rule}", rule


def address(rule: str) -> tuple[str, str]:
    method, _, path = rule.partition(" ")
    for part, value in FILLED.items():
        path = path.replace(part, value)
    return method, path


def body(method: str) -> dict[str, Any]:
    """What a request of this method carries: a body is looked at before the key is."""
    return {"json": {}} if method in {"POST", "PUT"} else {}


def test_every_endpoint_and_page_has_its_row_and_no_row_is_left_over(site: Flask) -> None:
    assert {name for name, _ in rules(site)} == {*API, *PAGES}


def test_every_endpoint_is_marked_with_what_the_table_says(site: Flask) -> None:
    marks = {name: mark_of(site.view_functions[rule.endpoint]) for name, rule in rules(site)}
    assert {name: marks[name] for name in API} == API
    assert {name for name, row in PAGES.items() if row == ""} == {name for name in PAGES if marks[name] == ""}


def test_an_endpoint_of_which_nobody_said_who_may_use_it_never_starts(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_a_stray(app: Flask, settings: Settings) -> None:
        del settings
        app.add_url_rule("/stray", "stray", lambda: "everything")

    monkeypatch.setattr("service.web.register", with_a_stray)
    with pytest.raises(UnmarkedEndpointError, match="stray"):
        create_app(runtime=with_login(runtime))


def test_without_a_key_the_api_opens_nothing_even_to_who_is_logged_in(site: Flask) -> None:
    inside = log_in(site, "finance")
    for client in (site.test_client(), inside):
        for name, scope in API.items():
            method, path = address(name)
            if scope:
                assert client.open(path, method=method, **body(method)).status_code == 401, name


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_opens_what_its_scope_says_and_nothing_else(site: Flask, keys: Keys, scope: str) -> None:
    client, header = site.test_client(), keys(scope, source="crm" if scope == "events:write" else None)
    for name, needed in API.items():
        if needed:
            method, path = address(name)
            status = client.open(path, method=method, headers=header, **body(method)).status_code
            assert (status != 403) == (needed == scope), f"{name} with {scope}: {status}"
            assert status != 401, name


def outcome(answer: TestResponse) -> str:
    """The letter of the table for an answer."""
    if answer.status_code == 403:
        return "n"
    if answer.status_code == 404:
        return "x"
    if answer.status_code == 303:
        target = answer.headers["Location"]
        if target.startswith("/login"):
            return "l"
        return "m" if target in {"/people", "/"} else "o"
    return "o"


@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_page_opens_to_whom_the_table_says(site: Flask, viewer: str) -> None:
    client: FlaskClient = site.test_client() if viewer in {"anonymous", "tv"} else log_in(site, viewer)
    place = VIEWERS.index(viewer)
    token = a_television(site.extensions["stimul"]) if viewer == "tv" else "made-up"
    found, wanted = {}, {}
    for name, row in PAGES.items():
        if isinstance(row, list):
            method, path = address(name)
            path = path.replace("/tv/made-up", f"/tv/{token}")
            answer = client.get(path) if method == "GET" else send(client, path)
            found[name], wanted[name] = outcome(answer), row[place]
    assert found == wanted


def test_a_lead_sees_the_days_of_the_time_in_which_the_person_was_below_them(site: Flask) -> None:
    boss, fred = log_in(site, "boss"), log_in(site, "fred")
    assert fred.get("/people/ann/month?period=2026-09").status_code == 200
    assert boss.get("/people/ann/month?period=2026-09").status_code == 403


def test_the_money_of_people_below_opens_when_the_company_switches_it_on_without_the_fixed_salary(
    site: Flask, runtime: Runtime
) -> None:
    settings = replace(site.extensions["stimul"].settings, leads_see_money=True)
    opened = site_of(with_login(runtime, settings))
    assert log_in(opened, "boss").get("/people/ann/money").status_code == 200
    assert log_in(opened, "lena").get("/people/ann/money").status_code == 403


@pytest.mark.parametrize("page", ["", "/month", "/plan", "/events"])
def test_a_lead_without_permission_sees_no_amount_and_no_way_to_the_money_of_people_below(
    site: Flask, page: str
) -> None:
    seen, own = log_in(site, "boss").get(f"/people/ann{page}"), log_in(site, "ann").get(f"/me{page}")
    assert seen.status_code == own.status_code == 200
    assert "/money" not in seen.text
    assert "€" not in seen.text or page == "/plan", "a plan tells rates, to whoever may read it"
    assert "/me/money" in own.text
    assert "€" in own.text or page, "the day names the money of the own month"


def test_who_may_see_nothing_is_not_told_whether_it_exists(site: Flask) -> None:
    bob = log_in(site, "bob")
    assert bob.get("/people/ann").text == bob.get("/people/nobody").text.replace("nobody", "ann")
