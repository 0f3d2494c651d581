"""Asking another server: one host, no redirects, nothing inside our own network unless allowed, and not for long."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

TIMEOUT_S = 10.0
"""The whole of a request: a vendor that takes longer is asked again later."""

MAX_ANSWER_BYTES = 1024 * 1024
"""A CRM record is a few kilobytes."""

CHUNK_BYTES = 64 * 1024


class AskedInVainError(Exception):
    """A request that brought nothing, with the reason in a sentence; the address with its secret is never in it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    body: bytes


def ask(url: str, headers: Mapping[str, str], *, private: bool) -> Answer:
    """Get an address; `AskedInVainError` for whatever keeps us from an answer.

    The name is looked up once, and the connection goes to the very address that was checked: a name server that
    answers differently the second time changes nothing.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    ends_at = time.monotonic() + TIMEOUT_S
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    try:
        plain = socket.create_connection((_address(host, port, private=private), port), timeout=TIMEOUT_S)
        is_tls = parts.scheme == "https"
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if is_tls else plain
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("GET", target, headers={"Accept": "application/json", **headers})
        response = connection.getresponse()
        body = _read(response, ends_at)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise AskedInVainError(f"The server could not be asked ({type(error).__name__}).") from error
    finally:
        connection.close()
    if HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST:
        raise AskedInVainError("The server answered with a redirect, and none is followed.")
    return Answer(response.status, body)


def is_inside(address: str) -> bool:
    """Whether an address belongs to this machine, a private network or anything else that is not the open network."""
    found = ipaddress.ip_address(address.partition("%")[0])
    plain = getattr(found, "ipv4_mapped", None) or found
    return not plain.is_global or plain.is_multicast


def _address(host: str, port: int, *, private: bool) -> str:
    found = [str(item[4][0]) for item in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not private and any(is_inside(address) for address in found):
        raise AskedInVainError("The host is inside a private network, where nothing is asked unless it was allowed.")
    return found[0]


def _read(response: http.client.HTTPResponse, ends_at: float) -> bytes:
    body = b""
    while chunk := response.read1(CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise AskedInVainError(f"The answer is longer than {MAX_ANSWER_BYTES} bytes.")
        if time.monotonic() > ends_at:
            raise AskedInVainError(f"The answer took longer than {TIMEOUT_S:.0f} seconds.")
    return body
