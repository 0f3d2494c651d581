"""Every mistake is answered as a problem document, and none of them tells more than it should."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.api.docs import mistakes
from service.api.errors import status_of
from service.domain.errors import StimulError
from service.domain.period import InvalidPeriodError, PeriodClosedError
from service.runtime import DatabaseBusyError


def test_a_path_that_does_not_exist_is_a_problem(client: FlaskClient) -> None:
    response = client.get("/v1/nothing")
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"
    assert response.get_json()["code"] == "not_found"


def test_a_method_that_is_not_there_names_those_that_are(client: FlaskClient) -> None:
    response = client.delete("/v1/events")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
    assert response.get_json()["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("mistake", "status"), [(InvalidPeriodError, 422), (PeriodClosedError, 409), (DatabaseBusyError, 503)]
)
def test_a_mistake_has_the_status_of_its_family(mistake: type[StimulError], status: int) -> None:
    assert status_of(mistake) == status


def test_every_mistake_of_the_service_belongs_to_a_family() -> None:
    """500 is a bug, and a mistake that has a name is none."""
    assert [mistake.code for mistake in mistakes() if mistake.status == 500] == ["internal_error"]


def test_a_bug_is_answered_without_its_trace(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> str:
        message = "the password is hunter2"
        raise RuntimeError(message)

    app.add_url_rule("/broken", view_func=broken)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    response = app.test_client().get("/broken", headers={"X-Request-Id": "r-17"})
    assert (response.status_code, response.get_json()["code"]) == (500, "internal_error")
    assert "hunter2" not in response.text
    assert "r-17" in response.get_json()["detail"]
    assert "hunter2" in caplog.text


def test_a_busy_database_asks_to_come_again(app: Flask) -> None:
    def busy() -> str:
        raise DatabaseBusyError

    app.add_url_rule("/busy", view_func=busy)
    response = app.test_client().get("/busy")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "2"


@pytest.mark.parametrize("given", ["r-17", "abc.DEF_9"])
def test_the_senders_own_number_of_a_request_is_kept(client: FlaskClient, given: str) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>"])
def test_an_odd_number_of_a_request_is_replaced(client: FlaskClient, given: str) -> None:
    number = client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{24}", number)


@pytest.mark.parametrize("path", ["/healthz", "/v1/nothing", "/docs", "/openapi.json"])
def test_every_answer_carries_the_headers_of_a_careful_site(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
