"""The hooks of the other vendors: each gets the answer it waits for, and what it sent is stored without its secrets."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.app import create_app
from service.config import new_secrets_key
from service.domain.person import Alias, Person
from service.domain.source import SourceKind, Terms, new_source
from service.domain.source_key import new_source_key
from service.flows.activate_source_key import activate_source_key
from service.flows.add_source import add_source
from service.flows.add_source_key import add_source_key
from service.runtime import Runtime
from service.sources.salesforce import ACK
from service.store.aliases import replace_aliases
from service.store.derived_tables import event_credit
from service.store.people import replace_people
from service.store.tables import delivery, event, quarantine
from tests.application import Clock
from tests.vendors import fixture

SECRET = "the-secret-of-the-source"
SECRETS_KEY = new_secrets_key()
OWNER = "0055g00000BBBBBAAA"


@pytest.fixture(autouse=True)
def afternoon(clock: Clock) -> None:
    """Our messages tell of the morning."""
    clock.now = datetime(2026, 11, 23, 13, tzinfo=UTC)


@pytest.fixture
def sealing(runtime: Runtime) -> Runtime:
    """A runtime that can keep the secrets of signatures."""
    return replace(runtime, settings=replace(runtime.settings, secrets_keys=(SECRETS_KEY,)))


@pytest.fixture
def taker(sealing: Runtime) -> FlaskClient:
    """Somebody who sends to it."""
    app = create_app(runtime=sealing)
    app.testing = True
    return app.test_client()


def add(runtime: Runtime, kind: SourceKind, *, scheme: str = "", signs: bool = False, token: str = SECRET) -> None:
    """A source named like its kind."""
    terms = Terms(scheme, signs=signs, timezone="Europe/Sofia")
    name = kind.value
    with runtime.transaction() as session:
        add_source(session, new_source(name, kind, token, now=runtime.now(), terms=terms))
        if signs:
            key = new_source_key(name, runtime.vault.seal(token), now=runtime.now())
            add_source_key(session, key, "a test")
            activate_source_key(session, name, key.key_id, "a test", now=runtime.now())


def know(runtime: Runtime, source: str, subject: str) -> None:
    """Let a user id be Ann's."""
    with runtime.transaction() as session:
        replace_people(session, [Person("ann", "Ann", date(2025, 1, 1))], [], [])
        replace_aliases(session, [(source, subject)], [Alias(source, subject, "ann", date(2026, 1, 1))])


def waiting(runtime: Runtime) -> Counter[str]:
    """How many events wait, by reason."""
    with runtime.reading() as session:
        return Counter(session.scalars(select(quarantine.c.reason)))


def counted(runtime: Runtime) -> int:
    """How many events need not wait."""
    with runtime.reading() as session:
        return (session.scalar(select(func.count()).select_from(event)) or 0) - sum(waiting(runtime).values())


def standing(runtime: Runtime) -> Counter[str]:
    """The events that somebody is credited with, by type."""
    with runtime.reading() as session:
        return Counter(
            session.scalars(select(event.c.type).join(event_credit, event_credit.c.event_id == event.c.event_id))
        )


def kept(runtime: Runtime) -> bytes:
    """The bodies of all messages, as they are stored."""
    with runtime.reading() as session:
        return b"\n".join(bytes(body) for body in session.scalars(select(delivery.c.body)))


@pytest.mark.parametrize(
    ("name", "accepted", "reasons"),
    [
        ("opportunity-won.xml", 2, {}),
        ("empty.xml", 0, {}),
        ("doctype.xml", 0, {"adapter_error": 1}),
        ("hundred-one-bad.xml", 198, {"schema_violation": 1}),
    ],
)
def test_salesforce_gets_its_ack_whatever_it_sends(
    client: FlaskClient, runtime: Runtime, name: str, accepted: int, reasons: Mapping[str, int]
) -> None:
    add(runtime, SourceKind.SALESFORCE)
    know(runtime, "salesforce", OWNER)
    for _ in range(2):
        response = client.post(f"/v1/hooks/salesforce/{SECRET}", data=fixture(SourceKind.SALESFORCE, name))
        assert (response.status_code, response.data, response.mimetype) == (200, ACK, "text/xml")
        assert (counted(runtime), waiting(runtime)) == (accepted, reasons)
    assert b"notifications" in kept(runtime)
    assert b"a-session-never-kept" not in kept(runtime)


def test_an_envelope_without_the_secret_leaves_no_trace(client: FlaskClient, runtime: Runtime) -> None:
    add(runtime, SourceKind.SALESFORCE)
    response = client.post("/v1/hooks/salesforce/wrong", data=fixture(SourceKind.SALESFORCE, "opportunity-won.xml"))
    assert response.status_code == 404
    assert kept(runtime) == b""


def zadarma_signature(body: bytes, *names: str) -> str:
    fields = dict(parse_qsl(body.decode()))
    signed = "".join(fields[name] for name in names).encode()
    return base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha1).hexdigest().encode()).decode()


def test_zadarma_is_answered_with_nothing_that_could_be_a_command(taker: FlaskClient, sealing: Runtime) -> None:
    add(sealing, SourceKind.ZADARMA, scheme="zadarma-sha1", signs=True)
    know(sealing, "zadarma", "101")
    body = fixture(SourceKind.ZADARMA, "NOTIFY_END.form.txt")
    signature = zadarma_signature(body, "caller_id", "called_did", "call_start")
    for _ in range(2):
        response = taker.post("/v1/hooks/zadarma", data=body, headers={"Signature": signature})
        assert (response.status_code, response.data) == (200, b"")
    assert (counted(sealing), waiting(sealing)) == (1, {})
    assert b"888123456" not in kept(sealing)
    assert taker.post("/v1/hooks/zadarma", data=body, headers={"Signature": "x"}).status_code == 401


def test_parts_under_another_boundary_are_proved_stored_and_wait(taker: FlaskClient, sealing: Runtime) -> None:
    add(sealing, SourceKind.ZADARMA, scheme="zadarma-sha1", signs=True)
    body = fixture(SourceKind.ZADARMA, "NOTIFY_END.multipart.txt")
    whole = fixture(SourceKind.ZADARMA, "NOTIFY_END.form.txt")
    headers = {
        "Signature": zadarma_signature(whole, "caller_id", "called_did", "call_start"),
        "Content-Type": "multipart/form-data; boundary=promised",
    }
    assert taker.post("/v1/hooks/zadarma", data=body, headers=headers).status_code == 200
    assert waiting(sealing) == {"adapter_error": 1}
    assert b"in_0003" in kept(sealing)
    assert b"888123456" not in kept(sealing)


def test_twilio_is_proved_by_address_and_fields(taker: FlaskClient, sealing: Runtime) -> None:
    add(sealing, SourceKind.TWILIO, scheme="twilio-sha1", signs=True)
    know(sealing, "twilio", "+35924001000")
    body = fixture(SourceKind.TWILIO, "completed-outbound.form.txt")
    fields = "".join(key + value for key, value in sorted(parse_qsl(body.decode(), keep_blank_values=True)))
    for address, status in (("http://127.0.0.1:8000", 204), ("http://127.0.0.1", 204), ("http://elsewhere", 401)):
        text = f"{address}/v1/hooks/twilio?who=us{fields}".encode()
        signature = base64.b64encode(hmac.new(SECRET.encode(), text, hashlib.sha1).digest()).decode()
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        response = taker.post("/v1/hooks/twilio?who=us", data=body, headers=headers)
        assert (response.status_code, response.data == b"") == (status, status == 204)
    assert (counted(sealing), waiting(sealing)) == (1, {})


def test_stripe_is_proved_by_a_fresh_signature(taker: FlaskClient, sealing: Runtime, clock: Clock) -> None:
    add(sealing, SourceKind.STRIPE, scheme="stripe", signs=True)
    know(sealing, "stripe", "u17")
    body = fixture(SourceKind.STRIPE, "payment_intent.succeeded.json")
    for age, status in ((0, 202), (299, 202), (360, 401), (-360, 401)):
        assert post_stripe(taker, body, int(clock.now.timestamp()) - age).status_code == status
    assert (counted(sealing), waiting(sealing)) == (1, {})
    assert b"never_keep" not in kept(sealing)


def post_stripe(taker: FlaskClient, body: bytes, time: int) -> TestResponse:
    digest = hmac.new(SECRET.encode(), f"{time}.".encode() + body, hashlib.sha256).hexdigest()
    return taker.post("/v1/hooks/stripe", data=body, headers={"Stripe-Signature": f"t={time},v1={digest}"})


def test_a_payment_told_three_times_and_its_refund_told_before_it_count_once(
    taker: FlaskClient, sealing: Runtime, clock: Clock
) -> None:
    clock.now = datetime(2026, 11, 26, 13, tzinfo=UTC)
    add(sealing, SourceKind.STRIPE, scheme="stripe", signs=True)
    know(sealing, "stripe", "u17")
    told = []
    for name in ("refund.created", "payment_intent.succeeded", "charge.succeeded", "charge.refunded-older"):
        body = fixture(SourceKind.STRIPE, f"{name}.json")
        response = post_stripe(taker, body, int(clock.now.timestamp()))
        told.append([result["status"] for result in response.get_json()["results"]])
    assert told == [["quarantined"], ["accepted", "accepted"], ["duplicate"], []]
    assert waiting(sealing) == {}
    assert standing(sealing) == {"payment.received": 1, "payment.refunded": 1}


@pytest.mark.parametrize(
    ("kind", "name", "accepted", "reasons"),
    [
        (SourceKind.AIRCALL, "call.ended-transferred.json", 1, {}),
        (SourceKind.AIRCALL, "call.answered.json", 0, {}),
        (SourceKind.AIRCALL, "call.ended-inbound-missed.json", 0, {"unresolved_subject": 1}),
        (SourceKind.ZOHO, "deals-update-thin.json", 0, {"needs_enrichment": 2}),
    ],
)
def test_a_token_in_the_body_proves_a_message(
    client: FlaskClient, runtime: Runtime, kind: SourceKind, name: str, accepted: int, reasons: Mapping[str, int]
) -> None:
    token = f"the-token-of-{kind.value}"
    add(runtime, kind, token=token)
    know(runtime, kind.value, "12")
    body = fixture(kind, name)
    assert client.post(f"/v1/hooks/{kind.value}", data=body.replace(b"the-token", b"a-token")).status_code == 401
    assert client.post(f"/v1/hooks/{kind.value}", data=body).status_code == (200 if kind is SourceKind.ZOHO else 202)
    assert (counted(runtime), waiting(runtime)) == (accepted, reasons)
    assert token.encode() not in kept(runtime)


def test_the_ping_of_dynamics_is_stored_and_never_pays(client: FlaskClient, runtime: Runtime) -> None:
    add(runtime, SourceKind.DYNAMICS365, scheme="path-secret")
    ping = {"x-ms-dynamics-request-name": "URL_VALIDATION"}
    for _ in range(2):
        assert client.post(f"/v1/hooks/dynamics365/{SECRET}", data=b"{}", headers=ping).status_code == 202
    assert waiting(runtime) == {"test_event": 1}


def test_amocrm_and_asterisk_are_proved_by_their_address(client: FlaskClient, runtime: Runtime) -> None:
    add(runtime, SourceKind.AMOCRM)
    add(runtime, SourceKind.ASTERISK)
    know(runtime, "amocrm", "17")
    know(runtime, "asterisk", "101")
    deal = fixture(SourceKind.AMOCRM, "leads-status-won.form.txt")
    assert client.post(f"/v1/hooks/amocrm/{SECRET}", data=deal).status_code == 202
    assert client.post("/v1/hooks/amocrm", data=deal).status_code == 404
    lines = fixture(SourceKind.ASTERISK, "legs.csv")
    assert client.post(f"/v1/hooks/asterisk/{SECRET}", data=lines).status_code == 202
    assert (counted(runtime), waiting(runtime)) == (4, {"unresolved_subject": 1})
    for secret in (b"888123456", b"Office", SECRET.encode()):
        assert secret not in kept(runtime)
