"""A demo of eight closers with a working day behind them, its application, and a server for a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from werkzeug.serving import make_server

from service.app import create_app
from service.plans import load_texts
from service.runtime import Runtime, install
from tests.accounts import send
from tests.company import CLOSER, DEFAULTS, ORG, Company, a_call, a_payment

MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
PEOPLE = ("ana", "boris", "dara", "elena", "georgi", "ivo", "maria", "vera")

MORE_ORG = (
    ORG
    + """  dials: {title: Dials, title_bg: Изходящи обаждания, from: call.ended, agg: count, where: {direction: out}}
  meetings: {title: Meetings held, title_bg: Проведени срещи, from: meeting.held, agg: count}
  proposals: {title: Proposals sent, title_bg: Изпратени оферти, from: proposal.sent, agg: count}
"""
)

MORE_STANDARDS = CLOSER.replace(
    "rules:\n  per_call",
    """  dials: {title: Dials, title_bg: Изходящи обаждания, metric: dials, per: day, target: {middle: 4}}
  meetings: {title: Meetings, title_bg: Срещи, metric: meetings, per: week, target: {middle: 5}}
  proposals: {title: Proposals, title_bg: Оферти, metric: proposals, per: week, target: {middle: 5}}
  collected: {title: Money, title_bg: Плащания, metric: collected, per: month, target: {middle: 2000}}
rules:
  per_call""",
).replace("target: {calls: 40}", "target: {calls: 40, dials: 80, meetings: 20, proposals: 20, collected: 2000}")
MORE_STANDARDS = MORE_STANDARDS.replace("metric: {", "metric: {dials: 0, meetings: 0, proposals: 0, ")


@pytest.fixture
def tables_url(sqlite_tables: str) -> str:
    """Pages read through the same reports as the API, which are tested on both databases; here one is enough."""
    return sqlite_tables


@pytest.fixture
def demo(runtime: Runtime) -> Company:
    """The company: everybody worked the month, ana most and vera least; elena has a call too short today."""
    opened = replace(runtime, settings=replace(runtime.settings, demo=True))
    install(opened)
    company = Company(opened, MORNING)
    company.found(PEOPLE)
    company.publish(load_texts({"_org.yaml": MORE_ORG, "_defaults.yaml": DEFAULTS, "closer.yaml": MORE_STANDARDS}))
    for place, name in enumerate(PEOPLE):
        company.send(
            *[a_call(name, f"{name}-{n}", MORNING - timedelta(days=3, minutes=n)) for n in range(24 - 2 * place)]
        )
    company.send(
        a_call("elena", "today-1", MORNING, talk_s=192),
        a_call("elena", "today-2", MORNING + timedelta(minutes=5), talk_s=9),
        a_payment("elena", "paid-1", "1000.05", MORNING - timedelta(days=3)),
    )
    company.refresh()
    return company


@pytest.fixture
def site(demo: Company) -> Flask:
    """The application of the demo."""
    application = create_app(runtime=demo.runtime)
    application.testing = True
    return application


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    """Somebody without JavaScript who has chosen nobody yet."""
    return site.test_client()


@pytest.fixture
def elena(visitor: FlaskClient) -> FlaskClient:
    """A visitor who looks as Elena."""
    send(visitor, "/viewer", person="elena", place="me")
    return visitor


@pytest.fixture
def address(site: Flask) -> Iterator[str]:
    """Where the demo answers a browser."""
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def elenas_page(page: Page, address: str) -> Page:
    """A browser that looks as Elena."""
    look_as(page, address, "elena")
    return page


def look_as(page: Page, address: str, person: str) -> None:
    """Choose somebody in the form of the demo."""
    page.goto(f"{address}/me")
    page.select_option("#person", person)
    page.get_by_role("button", name="Покажи").click()
    page.wait_for_url(f"{address}/me")
