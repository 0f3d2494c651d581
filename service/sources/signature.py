"""Ways to prove a message that several vendors share: tokens, basic, bearer, the address itself, hashes of the body."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from datetime import datetime, timedelta

from service.sources.adapter import Message, Scheme, Token, is_json
from service.sources.form import read_form
from service.sources.json_text import read_json

WINDOW = timedelta(seconds=300)
"""How far the time in a signature may be from ours: what every vendor's own library allows."""

SECRET_CHARACTERS = 4_096
"""Longest token that is compared; a longer one was never ours."""

_DIGITS = re.compile(r"\d{1,16}", re.ASCII)


def same(shown: str | bytes, wanted: str | bytes) -> bool:
    """Whether two texts are the same, in a time that tells nothing of them; an empty one is never the same."""
    one = shown.encode(errors="surrogatepass") if isinstance(shown, str) else shown
    other = wanted.encode(errors="surrogatepass") if isinstance(wanted, str) else wanted
    return bool(other) and len(one) <= SECRET_CHARACTERS and hmac.compare_digest(one, other)


def is_fresh(timestamp: str, now: datetime, *, per_second: int = 1) -> bool:
    """Whether a time in digits (of `per_second` units, 1000 for milliseconds) lies within the window around now."""
    if not _DIGITS.fullmatch(timestamp):
        return False
    age = int(now.timestamp() * per_second) - int(timestamp)
    return abs(age) <= WINDOW.total_seconds() * per_second


def hmac_sha256(secret: str, text: bytes) -> bytes:
    """The keyed hash of a text."""
    return hmac.new(secret.encode(errors="surrogatepass"), text, hashlib.sha256).digest()


def body_token(*path: str, secret_is: str) -> Token:
    """A token that stands in the body of every message: it proves who sent it, not that nobody changed it."""

    def shown(message: Message) -> str:
        node: object = read_json(message.body) if is_json(message.body) else read_form(message.body).fields
        for step in path:
            node = node.get(step) if isinstance(node, dict) else None
        return node if isinstance(node, str) else ""

    return Token("body-token", 1, secret_is, shown)


def basic(message: Message) -> str:
    """`user:password` of HTTP Basic."""
    try:
        return base64.b64decode(_authorization(message, "basic"), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def bearer(message: Message) -> str:
    """The token in the header Authorization."""
    return _authorization(message, "bearer")


def path_secret(message: Message) -> str:
    """The secret that stands in the address: all that protects a vendor who signs nothing."""
    return message.path_secret


def github(message: Message, secret: str, now: datetime) -> bool:
    """`X-Hub-Signature-256: sha256=HEX`, the keyed hash of the body; without a time, so it can be sent again."""
    del now
    wanted = "sha256=" + hmac_sha256(secret, message.body).hex()
    return same(message.header("x-hub-signature-256"), wanted)


def _authorization(message: Message, scheme: str) -> str:
    word, _, told = message.header("authorization").partition(" ")
    return told.strip() if word.lower() == scheme else ""


BASIC = Token("basic", 1, "user and password of HTTP Basic, written user:password", basic)
BEARER = Token("bearer", 1, "token of the header Authorization: Bearer", bearer)
PATH_SECRET = Token("path-secret", 1, "secret that ends the address of the hook", path_secret)
GITHUB = Scheme("github", 2, "secret of X-Hub-Signature-256", github)
