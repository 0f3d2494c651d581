"""The signatures of HubSpot: v3 with a time in milliseconds, and both older ones without a time."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from urllib.parse import unquote

from service.sources.adapter import Message, Scheme
from service.sources.signature import hmac_sha256, is_fresh, same

_DECODED = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(",
    "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip
"""What HubSpot decodes in the address before signing it (v3), as its documentation lists."""


def hubspot_v3(message: Message, secret: str, now: datetime) -> bool:
    """base64 of HMAC-SHA256 over method, address, body and the time in milliseconds."""
    timestamp = message.header("x-hubspot-request-timestamp")
    if not is_fresh(timestamp, now, per_second=1000):
        return False
    url = message.url
    for code, character in _DECODED.items():
        url = url.replace(code, character).replace(code.lower(), character)
    signed = b"".join((message.method.encode(), url.encode(), message.body, timestamp.encode()))
    return same(message.header("x-hubspot-signature-v3"), base64.b64encode(hmac_sha256(secret, signed)))


def hubspot_v2(message: Message, secret: str, now: datetime) -> bool:
    """sha256 in hexadecimal over secret, method, address and body."""
    del now
    signed = b"".join((secret.encode(), message.method.encode(), unquote(message.url).encode(), message.body))
    return _version(message) != "v1" and same(message.header("x-hubspot-signature"), hashlib.sha256(signed).hexdigest())


def hubspot_v1(message: Message, secret: str, now: datetime) -> bool:
    """sha256 in hexadecimal over secret and body."""
    del now
    signed = secret.encode() + message.body
    return _version(message) != "v2" and same(message.header("x-hubspot-signature"), hashlib.sha256(signed).hexdigest())


def _version(message: Message) -> str:
    return message.header("x-hubspot-signature-version").lower()


_SECRET_IS = "client secret of the HubSpot app"  # noqa: S105 - says what the secret is
V3 = Scheme("hubspot-v3", 3, _SECRET_IS, hubspot_v3)
V2 = Scheme("hubspot-v2", 2, _SECRET_IS, hubspot_v2)
V1 = Scheme("hubspot-v1", 2, _SECRET_IS, hubspot_v1)
