"""Requests with an Idempotency-Key: done once, answered the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.application import Clock, Keys
from tests.sending import JSON, a_void, post


def named(text: str) -> dict[str, str]:
    return JSON | {"Idempotency-Key": text}


@pytest.mark.parametrize("second", ['"7f1c"', "7f1c"])
def test_the_same_request_again_gets_the_same_answer(
    client: FlaskClient, native_sender: dict[str, str], second: str
) -> None:
    first = post(client, [a_void(1), {"id": "x"}], native_sender, named('"7f1c"'))
    again = post(client, [a_void(1), {"id": "x"}], native_sender, named(second))
    assert (first.status_code, again.status_code) == (207, 207)
    assert again.data == first.data
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Stimul-Delivery-Id"] == first.headers["Stimul-Delivery-Id"]
    assert again.content_type == first.content_type


def test_under_the_same_name_another_body_is_refused(client: FlaskClient, native_sender: dict[str, str]) -> None:
    post(client, a_void(1), native_sender, named('"7f1c"'))
    refused = post(client, a_void(2), native_sender, named('"7f1c"'))
    assert (refused.status_code, refused.get_json()["code"]) == (422, "idempotency_key_reused")


def test_the_name_belongs_to_the_key_and_the_address(
    client: FlaskClient, native_sender: dict[str, str], keys: Keys
) -> None:
    post(client, a_void(1), native_sender, named("k"))
    tried = post(client, a_void(2), native_sender, named("k"), path="/v1/events:validate")
    other = post(client, a_void(2), keys("events:write", source="phone"), named("k"))
    assert (tried.status_code, other.status_code) == (200, 202)


def test_a_refusal_is_repeated_too(client: FlaskClient, native_sender: dict[str, str]) -> None:
    first, again = (post(client, b"{", native_sender, named("k")) for _ in range(2))
    assert (first.status_code, again.status_code) == (400, 400)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_an_answer_is_kept_for_seven_days(client: FlaskClient, native_sender: dict[str, str], clock: Clock) -> None:
    post(client, a_void(1), native_sender, named("k"))
    clock.now += timedelta(days=7, seconds=1)
    assert "Idempotent-Replayed" not in post(client, a_void(1), native_sender, named("k")).headers


@pytest.mark.parametrize("name", ["", '""', "x" * 256, "ключ"])
def test_a_name_that_is_none_is_refused(client: FlaskClient, native_sender: dict[str, str], name: str) -> None:
    refused = post(client, a_void(1), native_sender, JSON, {"Idempotency-Key": name})
    assert (refused.status_code, refused.get_json()["code"]) == (400, "invalid_idempotency_key")


def test_other_posts_are_done_once_too(sealed_client: FlaskClient, keys: Keys) -> None:
    keys("events:write", source="crm")
    admin = keys("sources:write") | {"Idempotency-Key": "once"}
    key_id = sealed_client.post("/v1/sources/crm/keys", json={}, headers=admin).get_json()["key_id"]
    done = [sealed_client.post(f"/v1/sources/crm/keys/{key_id}:activate", headers=admin) for _ in range(2)]
    assert done[0].json == done[1].json
    assert ["Idempotent-Replayed" in answer.headers for answer in done] == [False, True]


def test_a_secret_that_is_shown_once_is_not_kept_to_be_shown_again(sealed_client: FlaskClient, keys: Keys) -> None:
    keys("events:write", source="crm")
    admin = keys("sources:write") | {"Idempotency-Key": "once"}
    made = [sealed_client.post("/v1/sources/crm/keys", json={}, headers=admin) for _ in range(2)]
    assert made[0].get_json()["secret"] != made[1].get_json()["secret"]
    assert "Idempotent-Replayed" not in made[1].headers
