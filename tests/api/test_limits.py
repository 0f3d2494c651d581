"""`GET /v1/limits`: the limits by name, as they are set for the source."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from service.domain.source import InvalidSourceError, UnknownSourceError
from service.domain.source_settings import SourceSettings
from service.flows.set_source import set_source
from service.runtime import Runtime
from tests.application import NOON
from tests.sending import JSON, post


def test_a_sender_is_told_the_limits_of_its_source(
    client: FlaskClient, native_sender: dict[str, str], runtime: Runtime
) -> None:
    with runtime.transaction() as session:
        set_source(session, "crm", SourceSettings(requests_per_s=2, events_per_s=100), "op", now=NOON)
    told = client.get("/v1/limits", headers=native_sender).get_json()
    assert told["source"] == "crm"
    limits = told["limits"]
    assert (limits["requests_per_s"], limits["events_per_s"], limits["max_age_days"]) == (2, 100, 400)
    assert (limits["items"], limits["body_bytes"], limits["hook_body_bytes"]) == (1000, 5 * 2**20, 2**20)
    assert (limits["depth"], limits["item_bytes"], limits["burst_s"]) == (32, 64 * 1024, 4)


def test_a_rate_of_a_source_holds_from_the_next_request_on(
    client: FlaskClient, native_sender: dict[str, str], runtime: Runtime
) -> None:
    with runtime.transaction() as session:
        set_source(session, "crm", SourceSettings(requests_per_s=1), "op", now=NOON)
    statuses = [post(client, [], native_sender, JSON).status_code for _ in range(5)]
    assert statuses == [202, 202, 202, 202, 429]


def test_a_batch_over_the_rate_of_events_is_refused_before_anything_is_kept(
    client: FlaskClient, native_sender: dict[str, str], runtime: Runtime
) -> None:
    with runtime.transaction() as session:
        set_source(session, "crm", SourceSettings(events_per_s=10), "op", now=NOON)
    batch = json.dumps([{"id": str(number)} for number in range(41)]).encode()
    assert post(client, batch, native_sender, JSON).status_code == 422
    refused = post(client, batch, native_sender, JSON)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_requests")


def test_only_possible_settings_of_a_source_that_exists_are_taken(runtime: Runtime) -> None:
    with runtime.transaction() as session:
        with pytest.raises(UnknownSourceError):
            set_source(session, "crm", SourceSettings(events_per_s=10), "op", now=NOON)
        for wrong in (SourceSettings(), SourceSettings(events_per_s=0), SourceSettings(requests_per_s=10**6)):
            with pytest.raises(InvalidSourceError):
                set_source(session, "crm", wrong, "op", now=NOON)
