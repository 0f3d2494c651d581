"""`/v1/hooks/{source}`: a vendor's message is stored or refused for its token, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.app import create_app
from service.config import new_secrets_key
from service.domain.source import SourceKind, Terms, new_source
from service.domain.source_key import new_source_key
from service.flows.activate_source_key import activate_source_key
from service.flows.add_source import add_source
from service.flows.add_source_key import add_source_key
from service.flows.map_source import map_source
from service.flows.retire_source_key import retire_source_key
from service.plans.source_mapping import shipped_text
from service.reports.source_keys import source_keys
from service.runtime import Runtime
from service.store.tables import delivery
from service.store.tables import source as source_table
from tests.application import Clock, Keys

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "crm"
RECORDED = sorted(SAMPLES.glob("bitrix24-*"))

MESSAGE = {
    "event": "ONCRMDEALADD",
    "data[FIELDS][ID]": "8",
    "ts": "1795431700",
    "auth[application_token]": "token-one",
    "auth[access_token]": "very-secret",
    "auth[member_id]": "m1",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(autouse=True)
def bitrix(runtime: Runtime) -> None:
    """A Bitrix24 source."""
    add_bitrix(runtime, "bitrix", "token-one")


def add_bitrix(runtime: Runtime, name: str, token: str) -> None:
    with runtime.transaction() as session:
        add_source(session, new_source(name, SourceKind.BITRIX24, token, now=runtime.now()))


def post(client: FlaskClient, fields: dict[str, str], source: str = "bitrix") -> TestResponse:
    return client.post(f"/v1/hooks/{source}", data=urlencode(fields), headers=FORM)


def deliveries(runtime: Runtime) -> list[bytes]:
    with runtime.reading() as session:
        return [bytes(row.body) for row in session.execute(select(delivery))]


def test_a_bare_deal_is_stored_and_waits_to_be_fetched(client: FlaskClient, runtime: Runtime) -> None:
    response = post(client, MESSAGE)
    (result,) = response.get_json()["results"]
    assert response.status_code == 202
    assert (result["status"], result["reason"]) == ("quarantined", "needs_enrichment")
    assert response.headers["Stimul-Delivery-Id"].startswith("dlv_")
    (body,) = deliveries(runtime)
    assert b"ONCRMDEALADD" in body
    assert b"very-secret" not in body
    assert b"token-one" not in body


def test_the_same_message_again_is_a_duplicate(client: FlaskClient) -> None:
    post(client, MESSAGE)
    (result,) = post(client, MESSAGE | {"auth[access_token]": "newer"}).get_json()["results"]
    assert result["status"] == "duplicate"


@pytest.mark.parametrize("token", ["", "token-two", "TOKEN-ONE", "жетон"])
def test_a_message_without_the_token_leaves_no_trace(client: FlaskClient, runtime: Runtime, token: str) -> None:
    response = post(client, MESSAGE | {"auth[application_token]": token})
    assert (response.status_code, response.get_json()["code"]) == (401, "wrong_token")
    assert deliveries(runtime) == []


@pytest.mark.parametrize("name", ["nobody", "native"])
def test_only_a_source_with_a_token_has_a_hook(client: FlaskClient, keys: Keys, name: str) -> None:
    keys("events:write", source="native")
    assert post(client, MESSAGE, name).status_code == 404


def test_a_retired_source_tells_its_sender_to_stop(client: FlaskClient, runtime: Runtime, clock: Clock) -> None:
    with runtime.transaction() as session:
        session.execute(source_table.update().values(retired_at=clock.now))
    assert post(client, MESSAGE).status_code == 410
    assert post(client, MESSAGE | {"auth[application_token]": "wrong"}).status_code == 401


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("name", ["bitrix", "nobody"])
def test_a_look_at_the_address_tells_nothing_and_stores_nothing(
    client: FlaskClient, runtime: Runtime, method: str, name: str
) -> None:
    response = client.open(f"/v1/hooks/{name}?zd_echo=<script>", method=method)
    assert (response.status_code, response.data) == (200, b"")
    assert deliveries(runtime) == []


def test_a_form_nobody_could_read_is_stored_and_waits(client: FlaskClient) -> None:
    body = urlencode(MESSAGE) + "&leads[status][0][=1&a[99999999][b]=1&[note][type]=3&[note][type][x]=1"
    body += "".join(f"&x{number}=1" for number in range(5_001))
    response = client.post("/v1/hooks/bitrix", data=body, headers=FORM)
    (result,) = response.get_json()["results"]
    assert response.status_code == 202
    assert (result["status"], result["reason"]) == ("quarantined", "adapter_error")


@pytest.mark.parametrize("content_type", [None, "text/plain", "APPLICATION/X-WWW-FORM-URLENCODED; charset=x"])
def test_the_body_decides_and_not_its_header(client: FlaskClient, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    response = client.post("/v1/hooks/bitrix", data=urlencode(MESSAGE), headers=headers)
    assert response.status_code == 202


def test_a_message_over_the_limit_is_refused(client: FlaskClient) -> None:
    assert post(client, MESSAGE | {"x": "y" * 1024 * 1024}).status_code == 413


def test_json_that_cannot_be_read_is_refused_before_its_token_could_be(client: FlaskClient) -> None:
    response = client.post("/v1/hooks/bitrix", data=b'{"auth":{"application_token":"token-one"},', headers=FORM)
    assert (response.status_code, response.get_json()["code"]) == (400, "not_json")


@pytest.mark.skipif(not RECORDED, reason="the recorded messages are not here")
def test_every_recorded_message_is_stored(client: FlaskClient, runtime: Runtime) -> None:
    add_bitrix(runtime, "crm", "51856fefc120afa4b628cc82d3935cce")
    add_bitrix(runtime, "phones", "51610fefc120afg4b628cc82d6298cce")
    found: dict[str, set[str]] = {}
    for path in RECORDED:
        source = "phones" if "VOX" in path.name else "crm"
        headers = FORM if path.name.endswith(".txt") else {"Content-Type": "application/json"}
        response = client.post(f"/v1/hooks/{source}", data=path.read_bytes().strip(), headers=headers)
        assert response.status_code == 202
        for result in response.get_json()["results"]:
            found.setdefault(path.name.split(".")[0], set()).add(result.get("reason") or result["status"])
    assert found == {
        "bitrix24-ONCRMDEALADD": {"needs_enrichment"},
        "bitrix24-ONCRMDEALUPDATE": {"needs_enrichment", "duplicate"},
        "bitrix24-ONCRMLEADADD": {"needs_enrichment"},
        "bitrix24-ONVOXIMPLANTCALLEND": {"unresolved_subject", "duplicate"},
        "bitrix24-ONVOXIMPLANTCALLSTART": {"unresolved_subject"},
    }


SECRETS_KEY = new_secrets_key()
CHANGE = {
    "portalId": 7,
    "objectId": 33,
    "eventId": 5,
    "subscriptionType": "deal.propertyChange",
    "propertyName": "dealstage",
    "propertyValue": "closedwon",
}


def test_a_signed_message_is_taken_with_any_active_secret_and_no_other(runtime: Runtime, clock: Clock) -> None:
    sealing = replace(runtime, settings=replace(runtime.settings, secrets_keys=(SECRETS_KEY,)))
    app = create_app(runtime=sealing)
    app.testing = True
    add_hubspot(sealing, ["one", "two"])
    body = json.dumps([{**CHANGE, "occurredAt": int(clock.now.timestamp() * 1000)}])
    for secret, status in (("one", 202), ("two", 202), ("three", 401)):
        assert signed(app.test_client(), clock, body, secret).status_code == status
    (result,) = [
        result
        for result in signed(app.test_client(), clock, body, "one").get_json()["results"]
        if result["id"].endswith(":5")
    ]
    assert result["status"] == "duplicate"
    with sealing.reading() as session:
        assert {row.trust for row in session.execute(select(delivery))} == {3}
        assert None not in {key.last_used_at for key in source_keys(session, "hub")}


def test_a_secret_holds_no_longer_than_it_is_kept(runtime: Runtime, clock: Clock) -> None:
    sealing = replace(runtime, settings=replace(runtime.settings, secrets_keys=(SECRETS_KEY,)))
    client = create_app(runtime=sealing).test_client()
    add_hubspot(sealing, ["one", "two"])
    assert signed(client, clock, "[]", "one").status_code == 202
    with sealing.transaction() as session:
        for key in source_keys(session, "hub")[:1]:
            retire_source_key(session, "hub", key.key_id, "a test", now=clock.now)
    found = {secret: signed(client, clock, "[]", secret).status_code for secret in ("one", "two")}
    assert sorted(found.values()) == [202, 401]


def test_a_new_mapping_holds_for_the_next_message(runtime: Runtime, clock: Clock) -> None:
    sealing = replace(runtime, settings=replace(runtime.settings, secrets_keys=(SECRETS_KEY,)))
    client = create_app(runtime=sealing).test_client()
    add_hubspot(sealing, ["one"])

    def waits(number: int) -> set[str]:
        change = CHANGE | {"objectId": number, "eventId": number, "propertyValue": "12345"}
        body = json.dumps([change | {"occurredAt": int(clock.now.timestamp() * 1000)}])
        return {result["reason"] for result in signed(client, clock, body, "one").get_json()["results"]}

    assert waits(1) == {"unmapped_stage"}
    own = "schema: source/1\nkind: hubspot\ntables: {stages: {12345: negotiation}}\n"
    with sealing.transaction() as session:
        map_source(session, "hub", own, shipped_text(runtime.settings.rules_dir, "hubspot"), "x", now=clock.now)
    assert waits(2) == {"unresolved_subject"}


def test_a_signature_for_another_address_or_host_is_refused(runtime: Runtime, clock: Clock) -> None:
    sealing = replace(runtime, settings=replace(runtime.settings, secrets_keys=(SECRETS_KEY,)))
    app = create_app(runtime=sealing)
    add_hubspot(sealing, ["one"])
    client = app.test_client()
    assert signed(client, clock, "[]", "one", url="http://elsewhere/v1/hooks/hub").status_code == 401
    taken = signed(client, clock, "[]", "one", host="elsewhere")
    assert taken.status_code == 202
    assert taken.get_json()["results"] == []


def add_hubspot(runtime: Runtime, secrets: list[str]) -> None:
    terms = Terms("hubspot-v3", signs=True)
    with runtime.transaction() as session:
        add_source(session, new_source("hub", SourceKind.HUBSPOT, "x", now=runtime.now(), terms=terms))
        for secret in secrets:
            key = new_source_key("hub", runtime.vault.seal(secret), now=runtime.now())
            add_source_key(session, key, "a test")
            activate_source_key(session, "hub", key.key_id, "a test", now=runtime.now())


def signed(
    client: FlaskClient,
    clock: Clock,
    body: str,
    secret: str,
    *,
    url: str = "http://127.0.0.1:8000/v1/hooks/hub",
    host: str = "localhost",
) -> TestResponse:
    timestamp = str(int(clock.now.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"POST{url}{body}{timestamp}".encode(), hashlib.sha256).digest()
    headers = {
        "X-HubSpot-Signature-v3": base64.b64encode(digest).decode(),
        "X-HubSpot-Request-Timestamp": timestamp,
        "Content-Type": "application/json",
    }
    return client.post("/v1/hooks/hub", data=body, headers=headers, base_url=f"http://{host}")


def test_a_wrong_secret_in_the_address_is_answered_like_a_source_that_is_not_there(
    client: FlaskClient, runtime: Runtime
) -> None:
    terms = Terms("path-secret")
    with runtime.transaction() as session:
        add_source(session, new_source("pipe", SourceKind.PIPEDRIVE, "word", now=runtime.now(), terms=terms))
    body = b'{"meta": {"action": "create", "entity": "person", "entity_id": "1", "id": "x"}, "data": {"id": 1}}'
    assert client.post("/v1/hooks/pipe/word", data=body).status_code == 202
    wrong, nobody = client.post("/v1/hooks/pipe/wrong", data=body), client.post("/v1/hooks/nobody/wrong", data=body)
    assert (wrong.status_code, wrong.get_json()["code"]) == (404, nobody.get_json()["code"])
    assert client.post("/v1/hooks/pipe", data=body).status_code == 404


def test_a_source_without_any_secret_takes_nothing(client: FlaskClient, runtime: Runtime) -> None:
    terms = Terms("hubspot-v3", signs=True)
    with runtime.transaction() as session:
        add_source(session, new_source("hub", SourceKind.HUBSPOT, "x", now=runtime.now(), terms=terms))
    assert client.post("/v1/hooks/hub", data=b"[]").status_code == 401
    assert deliveries(runtime) == []


def test_a_word_is_echoed_and_nothing_else(client: FlaskClient) -> None:
    assert client.get("/v1/hooks/zad?zd_echo=aB-9_").data == b"aB-9_"
    for told in ("<script>", "a" * 65, "a b", ""):
        assert client.get("/v1/hooks/zad", query_string={"zd_echo": told}).data == b""


def test_the_handshake_of_cloudevents_names_who_asked(client: FlaskClient) -> None:
    answer = client.options("/v1/hooks/any", headers={"WebHook-Request-Origin": "events.example.com"})
    assert answer.headers["WebHook-Allowed-Origin"] == "events.example.com"
    assert "WebHook-Allowed-Origin" not in client.options("/v1/hooks/any").headers
    odd = client.options("/v1/hooks/any", headers={"WebHook-Request-Origin": "a b<"})
    assert "WebHook-Allowed-Origin" not in odd.headers
