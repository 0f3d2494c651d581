"""`/v1/deliveries`: what was taken, by whom, and what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from service.jobs.pipeline import forget
from service.runtime import Runtime
from service.store.intake_tables import idempotency
from tests.application import Clock, Keys
from tests.sending import JSON, a_call, a_void, post


def test_a_delivery_tells_what_became_of_its_items(client: FlaskClient, native_sender: dict[str, str]) -> None:
    sent = post(client, [a_void(1), a_void(1), a_call(2), {"id": "x"}], native_sender, JSON)
    name = sent.headers["Stimul-Delivery-Id"]
    told: Any = client.get(f"/v1/deliveries/{name}", headers=native_sender).get_json()
    assert (told["source"], told["trust"], told["items"]) == ("crm", 1, 4)
    assert told["summary"] == {"accepted": 1, "duplicate": 1, "quarantined": 1, "rejected": 1}
    assert told["others"] == [
        {"index": 2, "id": "call-2", "status": "quarantined", "reason": "unresolved_subject"},
        {"index": 3, "id": "x", "status": "rejected", "reason": "missing_field"},
    ]
    assert told["credential"]
    assert told["credential"] in native_sender["Authorization"]


def test_the_newest_comes_first_and_a_source_sees_its_own_alone(
    client: FlaskClient, native_sender: dict[str, str], keys: Keys, clock: Clock
) -> None:
    first = post(client, a_void(1), native_sender, JSON).headers["Stimul-Delivery-Id"]
    clock.now += timedelta(minutes=1)
    second = post(client, a_void(2), native_sender, JSON).headers["Stimul-Delivery-Id"]
    listed: Any = client.get("/v1/deliveries", headers=native_sender).get_json()
    assert [item["delivery_id"] for item in listed] == [second, first]
    phone = keys("events:read", source="phone")
    assert client.get("/v1/deliveries", headers=phone).get_json() == []
    refused = client.get(f"/v1/deliveries/{first}", headers=phone)
    assert (refused.status_code, refused.get_json()["code"]) == (404, "unknown_delivery")


def test_repeated_requests_are_forgotten_after_a_week(
    client: FlaskClient, native_sender: dict[str, str], runtime: Runtime, clock: Clock
) -> None:
    post(client, a_void(1), native_sender, JSON, {"Idempotency-Key": "k"})

    def kept() -> int:
        with runtime.reading() as session:
            return len(session.execute(idempotency.select()).all())

    clock.now += timedelta(days=6)
    forget()
    assert kept() == 1
    clock.now += timedelta(days=2)
    forget()
    assert kept() == 0
