"""Who may send events: signatures of Standard Webhooks, their keys, and the rates of a source."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.app import create_app
from service.domain.audit import SOURCE_KEY_FIRST_USED
from service.domain.rate import BURST_S
from service.domain.source import REQUESTS_PER_S
from service.domain.source_settings import SourceSettings
from service.flows.note_source_key_use import note_source_key_use
from service.flows.set_source import set_source
from service.runtime import Runtime
from service.sources.standard_webhooks import SignedHeaders, new_secret, secret_bytes, sign
from service.store.intake_tables import source_key
from service.store.plan_tables import audit
from service.store.source_keys import list_source_keys
from service.store.tables import delivery
from tests.application import Clock, Keys
from tests.sending import JSON, a_void, post


class Signing:
    """A sender that signs with the secrets it was given."""

    def __init__(self, client: FlaskClient, admin: dict[str, str], clock: Clock) -> None:
        self.client, self.admin, self.clock = client, admin, clock

    def new_key(self, secret: str | None = None, *, active: bool = True) -> tuple[str, str]:
        """A key of the source: its id and its secret."""
        made = self.client.post("/v1/sources/crm/keys", json={"secret": secret} if secret else {}, headers=self.admin)
        assert made.status_code == 201, made.text
        document: Any = made.json
        if active:
            self.change(document["key_id"], "activate")
        return document["key_id"], document["secret"]

    def change(self, key_id: str, verb: str) -> TestResponse:
        """Activate or retire a key."""
        return self.client.post(f"/v1/sources/crm/keys/{key_id}:{verb}", headers=self.admin)

    def headers(self, body: bytes, *secrets: str, **changes: str) -> dict[str, str]:
        """What a sender with these secrets sends beside the body."""
        plain = SignedHeaders("msg_1", str(int(self.clock.now.timestamp())), "")
        signed = replace(plain, **changes)
        made = " ".join(sign(signed, body, secret_bytes(secret) or b"") for secret in secrets)
        return JSON | {
            "webhook-id": signed.message_id,
            "webhook-timestamp": signed.timestamp,
            "webhook-signature": signed.signature or made,
        }

    def post(self, body: bytes, headers: dict[str, str], source: str = "crm") -> TestResponse:
        """Send a body as this source."""
        return self.client.post(f"/v1/events?source={source}", data=body, headers=headers)


@pytest.fixture
def signing(sealed_client: FlaskClient, keys: Keys, clock: Clock) -> Signing:
    keys("events:write", source="crm")
    return Signing(sealed_client, keys("sources:write"), clock)


def test_a_signed_message_is_taken_with_the_highest_trust(signing: Signing, runtime: Runtime) -> None:
    key_id, secret = signing.new_key()
    body = json.dumps(a_void(1)).encode()
    answer = signing.post(body, signing.headers(body, secret))
    assert answer.status_code == 202, answer.text
    with runtime.reading() as session:
        row = session.execute(select(delivery)).one()
        used = session.execute(select(source_key.c.last_used_at)).scalar_one()
    assert (row.trust, row.credential, row.source_id) == (3, key_id, "crm")
    assert used == signing.clock.now


def test_the_secret_of_a_sender_is_not_to_be_read_in_the_database(signing: Signing, runtime: Runtime) -> None:
    _, secret = signing.new_key()
    with runtime.reading() as session:
        assert secret.removeprefix("whsec_") not in session.execute(select(source_key.c.sealed)).scalar_one()
    shown = signing.client.get("/v1/sources/crm/keys", headers=signing.admin)
    assert "whsec_" not in shown.text


def test_a_secret_of_the_senders_own_making_is_taken_and_a_short_one_is_not(signing: Signing) -> None:
    own = new_secret()
    assert signing.new_key(own)[1] == own
    short = signing.client.post("/v1/sources/crm/keys", json={"secret": "whsec_AAAA"}, headers=signing.admin)
    assert (short.status_code, short.get_json()["code"]) == (422, "invalid_secret")


def test_old_and_new_key_are_good_together_and_a_retired_one_is_not(signing: Signing) -> None:
    (old_id, old), (_, new) = signing.new_key(), signing.new_key()
    body = json.dumps(a_void(1)).encode()
    assert signing.post(body, signing.headers(body, old)).status_code == 202
    assert signing.post(body, signing.headers(body, new)).status_code == 202
    assert signing.post(body, signing.headers(body, new_secret(), old, new)).status_code == 202
    assert signing.change(old_id, "retire").status_code == 200
    refused = signing.post(body, signing.headers(body, old))
    assert (refused.status_code, refused.get_json()["code"]) == (401, "wrong_signature")
    assert signing.post(body, signing.headers(body, new)).status_code == 202
    back = signing.change(old_id, "activate")
    assert (back.status_code, back.get_json()["code"]) == (409, "source_key_retired")


def test_a_key_is_good_from_the_moment_it_is_activated(signing: Signing) -> None:
    _, old = signing.new_key()
    new_id, new = signing.new_key(active=False)
    body = json.dumps(a_void(1)).encode()
    assert signing.post(body, signing.headers(body, old)).status_code == 202
    assert signing.post(body, signing.headers(body, new)).status_code == 401
    signing.change(new_id, "activate")
    assert signing.post(body, signing.headers(body, new)).status_code == 202


def test_a_setting_of_the_source_holds_for_the_next_message(signing: Signing, runtime: Runtime) -> None:
    _, secret = signing.new_key()

    def state(version: int) -> str:
        event = {"id": "e", "type": "note.made", "time": "2026-11-23T11:00:00Z", "version": version}
        body = json.dumps(event).encode()
        answer: Any = signing.post(body, signing.headers(body, secret)).json
        return str(answer["results"][0]["status"])

    assert [state(1), state(2)] == ["quarantined", "conflict"]
    with runtime.transaction() as session:
        set_source(session, "crm", SourceSettings(versioned=True), "a test", now=signing.clock.now)
    assert state(2) == "quarantined"


def test_a_replay_under_an_idempotency_key_is_not_given_for_a_retired_key(signing: Signing) -> None:
    key_id, secret = signing.new_key()
    body = json.dumps(a_void(1)).encode()
    headers = signing.headers(body, secret) | {"Idempotency-Key": '"once"'}
    assert [signing.post(body, headers).status_code for _ in range(2)] == [202, 202]
    signing.change(key_id, "retire")
    assert signing.post(body, headers).status_code == 401


def test_the_first_use_of_a_key_is_audited_once_however_many_notice_it(runtime: Runtime, signing: Signing) -> None:
    key_id, _ = signing.new_key()
    with runtime.reading() as session:
        (key,) = [one for one in list_source_keys(session, "crm") if one.key_id == key_id]
    for second in range(3):
        with runtime.transaction() as session:
            note_source_key_use(session, key, now=signing.clock.now + timedelta(seconds=second))
    with runtime.reading() as session:
        used = select(source_key.c.last_used_at)
        assert session.execute(used).scalar_one() == signing.clock.now
        entries = session.execute(select(audit.c.what).where(audit.c.subject == key_id)).scalars()
        assert list(entries).count(SOURCE_KEY_FIRST_USED) == 1


def test_a_key_that_waits_signs_nothing_yet(signing: Signing) -> None:
    _, secret = signing.new_key(active=False)
    body = json.dumps(a_void(1)).encode()
    assert signing.post(body, signing.headers(body, secret)).status_code == 401


def test_four_keys_are_active_at_most(signing: Signing) -> None:
    for _ in range(4):
        signing.new_key()
    fifth, _ = signing.new_key(active=False)
    refused = signing.change(fifth, "activate")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "too_many_source_keys")


@pytest.mark.parametrize("away", [360, -360])
def test_a_message_of_another_time_is_refused(signing: Signing, away: int) -> None:
    _, secret = signing.new_key()
    body = json.dumps(a_void(1)).encode()
    time = str(int((signing.clock.now + timedelta(seconds=away)).timestamp()))
    refused = signing.post(body, signing.headers(body, secret, timestamp=time))
    assert (refused.status_code, refused.get_json()["code"]) == (401, "stale_signature")


@pytest.mark.parametrize("time", ["1795000000000", "nan", "", "-1"])
def test_a_time_that_is_none_is_refused(signing: Signing, time: str) -> None:
    body = json.dumps(a_void(1)).encode()
    headers = signing.headers(body, new_secret()) | {"webhook-timestamp": time}
    assert signing.post(body, headers).status_code == 401


@pytest.mark.parametrize(
    "signature", ["garbage", "", "v1,кирилица", " ".join(["v1,AAAA"] * 20_000), "v1a," + "A" * 86 + "=="], ids=range(5)
)
def test_garbage_is_refused(signing: Signing, signature: str) -> None:
    body = json.dumps(a_void(1)).encode()
    headers = signing.headers(body, new_secret()) | {"webhook-signature": signature}
    assert signing.post(body, headers).status_code == 401


def test_a_signature_for_one_source_opens_no_other(signing: Signing, keys: Keys) -> None:
    keys("events:write", source="phone")
    _, secret = signing.new_key()
    body = json.dumps(a_void(1)).encode()
    for source in ("phone", "nobody", ""):
        assert signing.post(body, signing.headers(body, secret), source).status_code == 401


def test_without_a_key_for_secrets_a_secret_is_refused_in_a_sentence(runtime: Runtime, keys: Keys) -> None:
    keys("events:write", source="crm")
    application = create_app(runtime=runtime)
    application.testing = True
    refused = application.test_client().post("/v1/sources/crm/keys", json={}, headers=keys("sources:write"))
    assert (refused.status_code, refused.get_json()["code"]) == (503, "no_secrets_key")
    assert "STIMUL_SECRETS_KEY" in refused.get_json()["detail"]


def test_a_sender_over_its_rate_waits_and_nobody_else_does(
    client: FlaskClient, native_sender: dict[str, str], keys: Keys, clock: Clock
) -> None:
    def status(headers: dict[str, str]) -> int:
        return post(client, [], headers, JSON).status_code

    assert {status(native_sender) for _ in range(REQUESTS_PER_S * BURST_S)} == {202}
    refused = post(client, [], native_sender, JSON)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_requests")
    assert int(refused.headers["Retry-After"]) >= 1
    assert status(keys("events:write", source="phone")) == 202
    clock.now += timedelta(seconds=1)
    assert {status(native_sender) for _ in range(REQUESTS_PER_S)} == {202}
    assert status(native_sender) == 429


def test_every_answer_to_a_delivery_names_the_request_and_the_delivery(
    client: FlaskClient, native_sender: dict[str, str]
) -> None:
    answers = [
        post(client, a_void(1), native_sender, JSON),
        post(client, a_void(1), JSON),
        post(client, b"{", native_sender, JSON),
        post(client, a_void(1), native_sender, {"Content-Type": "text/plain"}),
        client.post("/v1/hooks/nobody", data=b"x"),
        client.put("/v1/events"),
    ]
    assert [answer.status_code for answer in answers] == [202, 401, 400, 415, 404, 405]
    for answer in answers:
        assert answer.headers["Stimul-Delivery-Id"].startswith("dlv_")
        assert answer.headers["X-Request-Id"]


def test_headers_over_the_limit_are_refused(client: FlaskClient, native_sender: dict[str, str]) -> None:
    refused = post(client, a_void(1), native_sender, JSON, {"X-Long": "x" * 17_000})
    assert (refused.status_code, refused.get_json()["code"]) == (431, "headers_too_large")
