"""Signatures as Standard Webhooks 1.0 has them: over the id, the time and the whole body."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

SECRET_PREFIX = "whsec_"  # noqa: S105 - the mark of a secret, not one

SECRET_BYTES = 32
"""Bytes of a secret that we make."""

LEAST_SECRET_BYTES, MOST_SECRET_BYTES = 24, 64
"""What the standard asks of a secret."""

TOLERANCE_S = 300
"""How far a signature's time may be from ours: what every library of the standard allows."""

MOST_SIGNATURES = 10
"""Signatures of one message: a sender has a few while it changes its secret."""

MOST_CHARACTERS = 2_000
"""Longest signature header: ten signatures of ed25519 are half of it."""

_ID = re.compile(r"[\x21-\x2d\x2f-\x7e]{1,255}")
_SECONDS = re.compile(r"\d{1,12}", re.ASCII)
_SIGNATURE_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True)
class SignedHeaders:
    """The three headers of a signed message, as they came."""

    message_id: str
    timestamp: str
    signature: str


def new_secret() -> str:
    """A secret as senders of the standard take it: `whsec_` and 32 random bytes in base64."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def secret_bytes(text: str) -> bytes | None:
    """The key inside a secret's text; None where it is no secret of the standard."""
    if not text.startswith(SECRET_PREFIX):
        return None
    try:
        key = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if LEAST_SECRET_BYTES <= len(key) <= MOST_SECRET_BYTES else None


def signed_text(headers: SignedHeaders, body: bytes) -> bytes:
    """What is signed."""
    return f"{headers.message_id}.{headers.timestamp}.".encode() + body


def sign(headers: SignedHeaders, body: bytes, key: bytes) -> str:
    """The signature of a message, as it stands in the header."""
    made = hmac.new(key, signed_text(headers, body), hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode()


def is_readable(headers: SignedHeaders) -> bool:
    """Whether the headers have the form of the standard, with a signature of the kind that a shared secret makes."""
    return _ID.fullmatch(headers.message_id) is not None and bool(_given(headers.signature))


def is_timely(headers: SignedHeaders, now: datetime) -> bool:
    """Whether the time of the signature is a number of seconds and near."""
    is_number = _SECONDS.fullmatch(headers.timestamp) is not None
    return is_number and abs(int(headers.timestamp) - int(now.timestamp())) <= TOLERANCE_S


def signer(headers: SignedHeaders, body: bytes, keys: Sequence[bytes]) -> int | None:
    """Which of the keys made one of the signatures; None if none did. Every key is tried, found or not."""
    given = _given(headers.signature)
    if not given:
        return None
    text = signed_text(headers, body)
    found: int | None = None
    for number, key in enumerate(keys):
        made = hmac.new(key, text, hashlib.sha256).digest()
        # Not any(): the time of the answer must not tell which signature was near.
        if sum(hmac.compare_digest(made, one) for one in given):
            found = number if found is None else found
    return found


def _given(header: str) -> list[bytes]:
    """The signatures of the kind that a shared secret makes; nothing where the header is none of the standard."""
    if len(header) > MOST_CHARACTERS or not header.isascii():
        return []
    words = header.split()
    if len(words) > MOST_SIGNATURES:
        return []
    return list(_decoded(words))


def _decoded(words: Iterable[str]) -> Iterable[bytes]:
    for word in words:
        version, _, text = word.partition(",")
        if version != "v1":
            continue
        try:
            signature = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            continue
        if len(signature) == _SIGNATURE_BYTES:
            yield signature
