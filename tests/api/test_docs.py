"""The documentation of the API: a valid document, a page that works, and a page for each problem."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from playwright.sync_api import Page
from werkzeug.serving import make_server

from service.api.docs import mistakes
from tests.servers import free_port


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application, served."""
    port = free_port()
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_document_is_valid_openapi(client: FlaskClient) -> None:
    document = client.get("/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    validate(document)
    assert {"/v1/events", "/v1/hooks/{source_id}", "/healthz", "/readyz"} <= document["paths"].keys()


def test_what_needs_a_key_says_so(client: FlaskClient) -> None:
    paths = client.get("/openapi.json").get_json()["paths"]
    assert paths["/v1/events"]["post"]["security"] == [{"key": ["events:write"]}, {"signature": []}]
    assert "security" not in paths["/healthz"]["get"]


def test_a_mistake_is_documented_as_a_problem(client: FlaskClient) -> None:
    document = client.get("/openapi.json").get_json()
    told = document["paths"]["/v1/payouts/{period}"]["get"]["responses"]
    assert told["409"] == {"$ref": "#/components/responses/CONFLICT"}
    assert "default" not in told
    problems = document["components"]["responses"]
    assert set(problems["CONFLICT"]["content"]) == {"application/problem+json"}
    assert problems["UNAUTHORIZED"]["headers"]["WWW-Authenticate"]["required"]


def test_every_problem_has_its_page(client: FlaskClient) -> None:
    codes = [mistake.code for mistake in mistakes()]
    assert {"duplicate_key", "internal_error", "database_busy"} <= set(codes)
    for code in codes:
        page = client.get(f"/docs/problems/{code}")
        assert page.status_code == 200
        assert code in page.text
    assert all(code in client.get("/docs/problems").text for code in codes)
    assert client.get("/docs/problems/nothing").get_json()["code"] == "unknown_problem"


def test_the_pages_have_no_script_or_style_of_their_own(client: FlaskClient) -> None:
    for path in ("/docs", "/docs/problems"):
        text = client.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?://", text)


def test_no_file_outside_the_viewer_is_served(client: FlaskClient) -> None:
    assert client.get("/docs/vendor/../../../../config.py").status_code == 404
    with client.get("/docs/vendor/swagger-ui.css") as style:
        assert style.status_code == 200


def test_the_endpoints_can_be_browsed(address: str, page: Page) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/docs")
    page.get_by_text("/v1/hooks/{source_id}").first.wait_for()
    assert faults == []
