"""A native sender over HTTP: calls and voids as it writes them, and its requests."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.app import create_app
from service.config import new_secrets_key
from service.runtime import Runtime, install
from service.store.tables import event
from tests.application import Keys

JSON = {"Content-Type": "application/json"}


def a_call(number: int, **changes: Any) -> dict[str, Any]:
    """A call of somebody nobody knows."""
    return {
        "id": f"call-{number}",
        "type": "call.ended",
        "time": "2026-11-23T10:15:00Z",
        "subject": "u17",
        "data": {"direction": "out", "talk_s": 95},
    } | changes


def a_void(number: int) -> dict[str, Any]:
    """The correction of that call, which needs no person."""
    return {"id": f"void-{number}", "op": "void", "target": f"call-{number}", "time": "2026-11-23T11:00:00Z"}


def post(client: FlaskClient, body: bytes | object, *headers: dict[str, str], path: str = "/v1/events") -> TestResponse:
    """Send a body, or a document as JSON."""
    merged: dict[str, str] = {}
    for one in headers:
        merged |= one
    return client.post(path, data=body if isinstance(body, bytes) else json.dumps(body).encode(), headers=merged)


def states(answer: TestResponse) -> list[str]:
    """What became of each item."""
    return [item["status"] for item in answer.get_json()["results"]]


def count_stored(runtime: Runtime) -> int:
    """How many events are kept."""
    with runtime.reading() as session:
        return session.execute(select(func.count()).select_from(event)).scalar_one()


@pytest.fixture
def sealed(runtime: Runtime) -> Runtime:
    """The runtime with a key for the secrets of senders."""
    found = replace(runtime, settings=replace(runtime.settings, secrets_keys=(new_secrets_key(),)))
    install(found)
    return found


@pytest.fixture
def sealed_client(sealed: Runtime) -> FlaskClient:
    """Somebody who sends requests to an application that can keep secrets."""
    application = create_app(runtime=sealed)
    application.testing = True
    return application.test_client()


@pytest.fixture
def native_sender(keys: Keys) -> dict[str, str]:
    """The headers of the source crm."""
    return keys("events:write", "events:read", source="crm")
