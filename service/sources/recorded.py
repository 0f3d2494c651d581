"""Recorded messages: a body with its headers beside it, or a whole request in one file."""

from __future__ import annotations

import re
from datetime import datetime

from service.domain.mapping import as_text
from service.sources.adapter import Message
from service.sources.json_text import JsonTextError, read_json

_REQUEST = re.compile(rb"(?P<method>[A-Z]{3,7}) (?P<url>\S+) HTTP/1\.[01]\r?\n(?P<headers>.*?)\r?\n\r?\n", re.DOTALL)


def recorded_message(body: bytes, headers: bytes, recorded_at: datetime) -> Message:
    """The message of a file; headers are a JSON object or the lines of HTTP, and the file may begin with them."""
    whole = _REQUEST.match(body)
    if whole is None:
        return Message(body, recorded_at, _headers(headers))
    told = {**_headers(whole["headers"]), **_headers(headers)}
    url, method = whole["url"].decode("ascii", "replace"), whole["method"].decode()
    return Message(body[whole.end() :], recorded_at, told, url, method)


def _headers(text: bytes) -> dict[str, str]:
    """The headers by their names in small letters; lines that are none are passed over."""
    try:
        told = read_json(text)
    except JsonTextError:
        lines = (line.partition(":") for line in text.decode("utf-8", "replace").splitlines())
        return {name.strip().lower(): value.strip() for name, colon, value in lines if colon and " " not in name}
    return {name.lower(): as_text(value) for name, value in told.items()} if isinstance(told, dict) else {}
