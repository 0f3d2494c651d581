"""Signatures of Standard Webhooks: the vector of the standard, rotation, and what is refused."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.sources.standard_webhooks import (
    SignedHeaders,
    is_readable,
    is_timely,
    new_secret,
    secret_bytes,
    sign,
    signer,
)

# The vector in the specification of the standard.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
HEADERS = SignedHeaders("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
SIGNED_AT = datetime.fromtimestamp(1614265330, UTC)


def key(secret: str = SECRET) -> bytes:
    found = secret_bytes(secret)
    assert found is not None
    return found


def test_the_vector_of_the_standard_is_understood_and_made() -> None:
    assert signer(HEADERS, BODY, [key()]) == 0
    assert sign(HEADERS, BODY, key()) == HEADERS.signature
    assert is_readable(HEADERS)
    assert is_timely(HEADERS, SIGNED_AT)


def test_another_body_id_time_or_key_made_another_signature() -> None:
    assert signer(HEADERS, BODY + b" ", [key()]) is None
    assert signer(replace(HEADERS, message_id="msg_2"), BODY, [key()]) is None
    assert signer(replace(HEADERS, timestamp="1614265331"), BODY, [key()]) is None
    assert signer(HEADERS, BODY, [key(new_secret())]) is None
    assert signer(HEADERS, BODY, []) is None


def test_of_several_keys_and_signatures_the_pair_that_fits_is_found() -> None:
    other = key(new_secret())
    both = replace(HEADERS, signature=f"v1,{'A' * 43}= v1a,{'A' * 86}== {HEADERS.signature}")
    assert signer(both, BODY, [other, key()]) == 1


@pytest.mark.parametrize("away", [301, -301])
def test_a_signature_more_than_five_minutes_away_is_refused(away: int) -> None:
    assert not is_timely(HEADERS, SIGNED_AT + timedelta(seconds=away))


@pytest.mark.parametrize("away", [299, -299])
def test_a_signature_within_five_minutes_is_taken(away: int) -> None:
    assert is_timely(HEADERS, SIGNED_AT + timedelta(seconds=away))


@pytest.mark.parametrize(
    "text", ["1614265330000", "nan", "", "-5", "1614265330.0", "\uff11\uff16\uff11\uff14", "9" * 500]
)
def test_a_time_that_is_no_number_of_seconds_is_refused(text: str) -> None:
    assert not is_timely(replace(HEADERS, timestamp=text), SIGNED_AT)


@pytest.mark.parametrize("text", ["", "a.b", "x" * 256, "a b", "é"])
def test_an_id_that_could_be_read_in_two_ways_is_refused(text: str) -> None:
    assert not is_readable(replace(HEADERS, message_id=text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "garbage",
        "v1,",
        "v1,not base64!",
        "v1," + base64.b64encode(b"short").decode(),
        "v1a," + "A" * 86 + "==",
        "v1,\xe9\xe9",
        "ключ",
        " ".join(["v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="] * 20_000),
        " ".join([HEADERS.signature] * 11),
    ],
    ids=range(10),
)
def test_garbage_is_no_signature(text: str) -> None:
    assert not is_readable(replace(HEADERS, signature=text))
    assert signer(replace(HEADERS, signature=text), BODY, [key()]) is None


def test_ten_signatures_are_read() -> None:
    assert (
        signer(replace(HEADERS, signature=" ".join([f"v1,{'A' * 43}="] * 9 + [HEADERS.signature])), BODY, [key()]) == 0
    )


@pytest.mark.parametrize("size", [24, 64])
def test_a_secret_has_24_to_64_bytes(size: int) -> None:
    assert secret_bytes("whsec_" + base64.b64encode(b"k" * size).decode()) == b"k" * size


@pytest.mark.parametrize(
    "text", ["", "whsec_", "whsec_AA==", "whpk_" + "A" * 44, "whsec_" + "A" * 120, "whsec_" + "é" * 40, "MfKQ9r8GKYqr"]
)
def test_a_short_a_long_and_a_foreign_secret_are_refused(text: str) -> None:
    assert secret_bytes(text) is None
