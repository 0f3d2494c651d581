"""The formats in which native senders may send: which one a request says it is in, and its items."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, request

from service.api.reader import MediaTypeError
from service.domain.event import Item
from service.sources.cloudevents import HEADER_PREFIX, is_cloudevent, read_binary, read_events
from service.sources.json_text import read_json
from service.sources.native import TopLevelError, read_items
from service.sources.ndjson import read_lines

_Parameters = ParamSpec("_Parameters")
_Answer = TypeVar("_Answer")


class Format(Enum):
    """How the events of a request are written."""

    JSON = "application/json"
    LINES = "application/x-ndjson"
    CLOUDEVENT = "application/cloudevents+json"
    CLOUDEVENTS = "application/cloudevents-batch+json"
    BINARY = "application/json with ce- headers"


_CALLED = {
    "application/json": Format.JSON,
    "application/x-ndjson": Format.LINES,
    "application/ndjson": Format.LINES,
    "application/cloudevents+json": Format.CLOUDEVENT,
    "application/cloudevents": Format.CLOUDEVENT,
    "application/cloudevents-batch+json": Format.CLOUDEVENTS,
    "application/cloudevents-batch": Format.CLOUDEVENTS,
}


def known_format(view: Callable[_Parameters, _Answer]) -> Callable[_Parameters, _Answer]:
    """Refuse a body of a kind we do not read, before anybody is asked who sent it."""

    @wraps(view)
    def checked(*args: _Parameters.args, **named: _Parameters.kwargs) -> _Answer:
        sent_format()
        return view(*args, **named)

    return checked


def sent_format() -> Format:
    """The format of the present request; upper case and parameters of the media type do not matter."""
    if "format" not in g:
        g.format = _sent_format()
    found: Format = g.format
    return found


def _sent_format() -> Format:
    if request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise MediaTypeError
    is_binary = f"{HEADER_PREFIX}specversion" in request.headers
    if not request.mimetype and is_binary and not request.content_length:
        return Format.BINARY
    called = _CALLED.get(request.mimetype)
    if called is None:
        raise MediaTypeError
    return Format.BINARY if called is Format.JSON and is_binary else called


def read_sent(body: bytes, source_id: str) -> list[Item]:
    """The items of the present request, whose unpacked body this is."""
    match sent_format():
        case Format.LINES:
            return read_lines(body, source_id)
        case Format.BINARY:
            return read_binary(dict(request.headers), body, source_id)
        case Format.CLOUDEVENT | Format.CLOUDEVENTS:
            document = read_json(body)
            if isinstance(document, list) is not (sent_format() is Format.CLOUDEVENTS):
                raise TopLevelError
            return read_events(document, source_id, len(body))
        case Format.JSON:
            document = read_json(body)
            first = document[0] if isinstance(document, list) and document else document
            read = read_events if is_cloudevent(first) else read_items
            return read(document, source_id, len(body))
