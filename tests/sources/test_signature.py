"""Proofs of messages: the vendors' own vectors hold, and garbage of any kind is no proof and no error."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sources.adapter import Message, Scheme, Token
from service.sources.registry import ADAPTERS
from service.sources.signature import BASIC, BEARER, GITHUB, PATH_SECRET, body_token, is_fresh
from service.sources.signature_hubspot import V1, V2, V3
from tests.vendors import RECEIVED, SAMPLES

SIGNED_AT = datetime.fromtimestamp(1693657560, UTC)
VECTORS = SAMPLES / "signature_vectors.json"
SECRET = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
BODY = b"{'example_field':'example_value'}"
URL = "https://www.example.com/webhook_uri"
V3_HEADERS = {
    "x-hubspot-signature-v3": "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=",
    "x-hubspot-request-timestamp": "1693657560000",
}


def hubspot(now: datetime = SIGNED_AT, secret: str = SECRET, url: str = URL, **headers: str) -> bool:
    told = V3_HEADERS | {name.replace("_", "-"): value for name, value in headers.items()}
    return V3.proves(Message(BODY, now, told, url), secret, now)


def test_the_signature_of_hubspots_own_test_holds() -> None:
    assert hubspot()


@pytest.mark.parametrize("away", [timedelta(minutes=6), timedelta(minutes=-6), timedelta(days=400)])
def test_an_old_or_future_signature_is_refused(away: timedelta) -> None:
    assert hubspot(SIGNED_AT + timedelta(minutes=4))
    assert not hubspot(SIGNED_AT + away)


@pytest.mark.parametrize("timestamp", ["1693657560", "nan", "", "1e12", "-1693657560000", "١٦٩٣٦٥٧٥٦٠٠٠٠", "9" * 400])
def test_a_time_in_seconds_or_garbage_is_refused(timestamp: str) -> None:
    assert not hubspot(x_hubspot_request_timestamp=timestamp)


def test_another_secret_another_address_or_another_body_is_refused() -> None:
    assert not hubspot(secret="another")
    assert not hubspot(url="https://www.example.com/another")
    assert not V3.proves(Message(BODY + b" ", SIGNED_AT, V3_HEADERS, URL), SECRET, SIGNED_AT)


def test_an_address_with_escapes_is_signed_without_them() -> None:
    told = {**V3_HEADERS}
    import hashlib  # noqa: PLC0415 - only this test makes a signature
    import hmac  # noqa: PLC0415 - only this test makes a signature

    signed = f"POST{URL}?a=b:c".encode() + BODY + b"1693657560000"
    told["x-hubspot-signature-v3"] = base64.b64encode(
        hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
    ).decode()
    assert V3.proves(Message(BODY, SIGNED_AT, told, f"{URL}?a=b%3Ac"), SECRET, SIGNED_AT)


@pytest.mark.skipif(not VECTORS.exists(), reason="the recorded signatures are not here")
def test_the_recorded_signatures_of_the_older_versions_hold() -> None:
    known: dict[str, Scheme] = {"hubspot-v1": V1, "hubspot-v2": V2}
    found = [vector for vector in json.loads(VECTORS.read_text()) if vector["scheme"] in known]
    assert len(found) == 3
    for vector in found:
        assert proves(known[vector["scheme"]], vector, vector["expected"])
        assert not proves(known[vector["scheme"]], vector, vector["expected"][::-1])


def proves(scheme: Scheme, vector: dict[str, Any], signature: str) -> bool:
    headers = {"x-hubspot-signature": signature, "x-hubspot-signature-version": scheme.name.removeprefix("hubspot-")}
    message = Message(vector["body"].encode(), RECEIVED, headers, vector.get("uri", ""), vector.get("method", "POST"))
    return scheme.proves(message, vector["secret"], RECEIVED)


def test_each_token_is_found_where_its_vendor_puts_it() -> None:
    in_body = body_token("auth", "token", secret_is="a token")
    assert in_body.shown(Message(b'{"auth": {"token": "t"}}', RECEIVED)) == "t"
    assert in_body.shown(Message(b"auth%5Btoken%5D=t", RECEIVED)) == "t"
    assert in_body.shown(Message(b'{"auth": {"token": ["t"]}}', RECEIVED)) == ""
    told = base64.b64encode(b"user:pass:word").decode()
    assert BASIC.shown(Message(b"", RECEIVED, {"authorization": f"basic {told}"})) == "user:pass:word"
    assert BASIC.shown(Message(b"", RECEIVED, {"authorization": "Basic !!!"})) == ""
    assert BEARER.shown(Message(b"", RECEIVED, {"authorization": "Bearer t"})) == "t"
    assert BEARER.shown(Message(b"", RECEIVED, {"authorization": "Basic t"})) == ""
    assert PATH_SECRET.shown(Message(b"", RECEIVED, path_secret="t")) == "t"


def test_the_hash_of_a_body_as_github_sends_it() -> None:
    # From the documentation of GitHub: secret, payload and the value of the header.
    header = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    message = Message(b"Hello, World!", RECEIVED, {"x-hub-signature-256": header})
    assert GITHUB.proves(message, "It's a Secret to Everybody", RECEIVED)
    assert not GITHUB.proves(message, "It's a secret to everybody", RECEIVED)


@given(st.binary(max_size=60), st.dictionaries(st.sampled_from(
    ["authorization", "x-hubspot-signature-v3", "x-hubspot-signature", "x-hubspot-request-timestamp",
     "x-hub-signature-256"]), st.text(max_size=40)), st.text(min_size=1, max_size=9))  # fmt: skip
def test_garbage_proves_nothing_and_breaks_nothing(body: bytes, headers: dict[str, str], secret: str) -> None:
    message = Message(b"x" + body, RECEIVED, headers)
    for adapter in ADAPTERS.values():
        for scheme in adapter.schemes:
            if isinstance(scheme, Token):
                assert isinstance(scheme.shown(message), str)
            else:
                assert not scheme.proves(message, secret, RECEIVED)


def test_freshness_is_of_the_unit_that_is_asked_for() -> None:
    assert is_fresh(str(int(RECEIVED.timestamp())), RECEIVED)
    assert is_fresh(str(int(RECEIVED.timestamp() * 1000)), RECEIVED, per_second=1000)
    assert not is_fresh(str(int(RECEIVED.timestamp() * 1000)), RECEIVED)
