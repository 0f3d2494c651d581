"""Promises of /v1/rates."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.application import Keys

RATE = {"currency": "USD", "day": "2026-10-01", "rate": "1.1725"}


def test_rates_are_set_in_the_name_of_the_key_and_listed_with_their_history(client: FlaskClient, keys: Keys) -> None:
    key = keys("periods:write", "payouts:read")
    for rate in ("1.1725", "1.18"):
        answer = client.post("/v1/rates", json={"rates": [{**RATE, "rate": rate}]}, headers=key)
        assert (answer.status_code, answer.json) == (200, {"new": 1})
    found = client.get("/v1/rates?currency=USD&period=2026-10", headers=key).json
    assert found is not None
    assert [(row["day"], row["rate"], row["holds"], row["set_by"]) for row in found] == [
        ("2026-10-01", "1.1725", False, "a test"),
        ("2026-10-01", "1.18", True, "a test"),
    ]
    assert client.get("/v1/rates?currency=USD&period=2026-12", headers=key).json == []


def test_a_wrong_rate_is_named_by_its_place_and_nothing_is_kept(client: FlaskClient, keys: Keys) -> None:
    key = keys("periods:write", "payouts:read")
    answer = client.post("/v1/rates", json={"rates": [RATE, {**RATE, "currency": "BGN"}]}, headers=key)
    assert answer.status_code == 422
    assert answer.json is not None
    assert [(item["pointer"], item["code"]) for item in answer.json["errors"]] == [("/rates/1/currency", "fixed_rate")]
    assert client.get("/v1/rates?currency=USD&period=2026-10", headers=key).json == []


def test_rates_need_their_scopes(client: FlaskClient, keys: Keys) -> None:
    assert client.post("/v1/rates", json={"rates": [RATE]}, headers=keys("payouts:read")).status_code == 403
    asked = "/v1/rates?currency=USD&period=2026-10"
    assert client.get(asked, headers=keys("periods:write")).status_code == 403
