"""Signatures of Standard Webhooks that are good, old, odd or of a key that was retired, against a real server."""

from __future__ import annotations

import base64
import json
import time

import pytest

from service.sources.standard_webhooks import SignedHeaders, secret_bytes, sign
from tests.hostile.conftest import Target
from tests.hostile.messages import a_payment, one
from tests.journey.installation import Answer, stimul_here


@pytest.fixture(scope="module")
def secret(target: Target) -> str:
    """A secret with which the native source signs."""
    made = stimul_here(target.installation, "sources", "keys", "add", "crm", "--format", "json")
    told = json.loads(made)
    stimul_here(target.installation, "sources", "keys", "activate", "crm", told["key_id"])
    return str(told["secret"])


def signed(target: Target, secret: str, body: bytes, **changes: str) -> Answer:
    """A message with a signature of Standard Webhooks, some of its headers changed."""
    key = secret_bytes(secret)
    assert key is not None
    headers = SignedHeaders("msg_31", str(int(time.time())), "")
    headers = SignedHeaders(changes.get("id", "msg_31"), changes.get("timestamp", headers.timestamp), "")
    signature = changes.get("signature", sign(headers, body, key))
    named = {
        "webhook-id": headers.message_id,
        "webhook-timestamp": headers.timestamp,
        "webhook-signature": signature,
        "Authorization": "",
    }
    return target.send(body, "/v1/events?source=crm", **named)


def test_31_a_good_signature_opens(target: Target, secret: str) -> None:
    body = json.dumps(a_payment("s31")).encode()
    assert one(signed(target, secret, body)) == (202, "accepted", "")
    [(trust,)] = target.rows(
        "SELECT d.trust FROM event e JOIN delivery d USING (delivery_id) WHERE e.external_id = 's31'"
    )
    assert trust == 3


@pytest.mark.parametrize("away", [-360, 360])
def test_31_a_signature_of_another_time_does_not(target: Target, secret: str, away: int) -> None:
    body = json.dumps(a_payment("s31-old")).encode()
    assert signed(target, secret, body, timestamp=str(int(time.time()) + away)).status == 401
    assert not target.is_stored("s31-old")


@pytest.mark.parametrize("timestamp", ["in milliseconds", "nan", "", "1e9"])
def test_31_a_timestamp_that_is_none_does_not(target: Target, secret: str, timestamp: str) -> None:
    timestamp = str(int(time.time()) * 1000) if timestamp == "in milliseconds" else timestamp
    assert signed(target, secret, json.dumps(a_payment("s31-odd")).encode(), timestamp=timestamp).status == 401


@pytest.mark.parametrize(
    "signature",
    ["garbage", "v1,", "v1," + "\xff" * 20, "v1,AAAA " * 20_000, "v1a," + base64.b64encode(b"x" * 64).decode()],
    ids=["garbage", "empty", "non-ascii", "20,000 of them", "another kind"],
)
def test_32_a_signature_that_is_none_is_refused_and_never_a_bug(target: Target, secret: str, signature: str) -> None:
    answer = signed(target, secret, json.dumps(a_payment("s32")).encode(), signature=signature)
    assert answer.status in {401, 431}
    assert not target.is_stored("s32")


def test_34_during_a_rotation_the_old_key_holds_until_it_is_retired(target: Target, secret: str) -> None:
    told = json.loads(stimul_here(target.installation, "sources", "keys", "add", "crm", "--format", "json"))
    stimul_here(target.installation, "sources", "keys", "activate", "crm", told["key_id"])
    for number, known in enumerate((secret, told["secret"])):
        assert one(signed(target, known, json.dumps(a_payment(f"s34-{number}")).encode()))[1] == "accepted"
    assert target.rows("SELECT 1 FROM source_key WHERE key_id = %s AND last_used_at IS NOT NULL", told["key_id"])
    stimul_here(target.installation, "sources", "keys", "retire", "crm", told["key_id"])
    assert signed(target, told["secret"], json.dumps(a_payment("s34-late")).encode()).status == 401
