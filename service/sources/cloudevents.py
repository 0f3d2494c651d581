"""CloudEvents 1.0.2 to our own format: structured, batched and binary, with nothing invented that is missing."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote

from service.domain.event import Item, JsonValue, Rejection
from service.sources.json_text import JsonTextError, read_json
from service.sources.native import TopLevelError, read_items

SPEC_VERSION = "1.0"

HEADER_PREFIX = "ce-"

OWN = ("id", "source", "type", "time", "subject")
"""Attributes of the standard that our own format has under the same name."""

EXTENSIONS = ("version", "op", "target", "credit")
"""Extensions that mean what the keys of the same name mean in our own format."""

MAX_VERSION_DIGITS = 19

_ATTRIBUTE = re.compile(r"[a-z0-9]+")
_JSON_TYPE = re.compile(r"application/(?:[a-z0-9.!#$&^_+-]+\+)?json\s*(?:;.*)?", re.IGNORECASE)


class _FaultError(Exception):
    """What makes one event unreadable; it becomes a rejection of that item alone."""

    def __init__(self, code: str, detail: str, pointer: str) -> None:
        super().__init__(detail)
        self.rejection = Rejection(code, detail, pointer)


def is_cloudevent(value: JsonValue) -> bool:
    """Whether an object says that it is a CloudEvent."""
    return isinstance(value, dict) and "specversion" in value


def read_events(document: JsonValue, source_id: str, body_bytes: int) -> list[Item]:
    """The items of a structured event (an object) or a batch (an array); an array without any is legal."""
    if isinstance(document, list):
        return _read(
            [(f"/{place}", value) for place, value in enumerate(document)], source_id, body_bytes, several=True
        )
    if not isinstance(document, dict):
        raise TopLevelError
    return _read([("", document)], source_id, body_bytes, several=False)


def read_binary(headers: Mapping[str, str], body: bytes, source_id: str) -> list[Item]:
    """The item whose attributes are in the headers and whose data is the body, which is JSON."""
    attributes: dict[str, JsonValue] = {
        name.lower().removeprefix(HEADER_PREFIX): unquote(text)
        for name, text in headers.items()
        if name.lower().startswith(HEADER_PREFIX)
    }
    if body:
        attributes["data"] = read_json(body)
    return _read([("", attributes)], source_id, len(body), several=False)


def _read(values: list[tuple[str, JsonValue]], source_id: str, body_bytes: int, *, several: bool) -> list[Item]:
    documents: list[JsonValue] = []
    broken: dict[int, Item] = {}
    for index, (place, value) in enumerate(values):
        try:
            documents.append(_native(value))
        except _FaultError as fault:
            documents.append({})
            rejection = replace(fault.rejection, pointer=place + fault.rejection.pointer)
            broken[index] = Item(index, rejection=rejection)
    items = read_items(documents if several else documents[0], source_id, body_bytes)
    return [broken.get(item.index, item) for item in items]


def _native(value: JsonValue) -> JsonValue:
    """The same event in our own format; what is no object, or no CloudEvent in a list of ours, is left as it is."""
    if not isinstance(value, dict):
        return value
    if value.get("specversion") != SPEC_VERSION:
        raise _FaultError("invalid_specversion", 'A CloudEvent says specversion "1.0".', "/specversion")
    odd = next((name for name in value if name != "data_base64" and not _ATTRIBUTE.fullmatch(name)), None)
    if odd is not None:
        raise _FaultError("invalid_attribute", "Names of attributes are small letters and digits of ASCII.", "")
    if value.get("source") is None:
        raise _FaultError("missing_field", 'The attribute "source" is missing.', "/source")
    native = {name: value[name] for name in (*OWN, *EXTENSIONS) if value.get(name) is not None}
    if "version" in native:
        native["version"] = _whole(native["version"])
    if isinstance(native.get("credit"), str):
        native["credit"] = _inner(str(native["credit"]).encode(), "/credit")
    return native | _data(value)


def _data(value: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    data, packed = value.get("data"), value.get("data_base64")
    if data is not None and packed is not None:
        raise _FaultError("data_twice", "An event has data or data_base64, not both.", "/data_base64")
    kind = value.get("datacontenttype")
    if kind is not None and not (isinstance(kind, str) and _JSON_TYPE.fullmatch(kind)):
        raise _FaultError("invalid_datacontenttype", "The data of an event is JSON.", "/datacontenttype")
    if packed is None:
        return {} if data is None else {"data": data}
    try:
        body = base64.b64decode(packed, validate=True) if isinstance(packed, str) else None
    except (binascii.Error, ValueError):
        body = None
    if body is None:
        raise _FaultError("invalid_base64", "data_base64 is a text in base64.", "/data_base64")
    return {"data": _inner(body, "/data_base64")}


def _inner(body: bytes, pointer: str) -> JsonValue:
    """A JSON document inside an attribute."""
    try:
        return read_json(body)
    except JsonTextError as error:
        raise _FaultError(error.code, error.detail, pointer) from None


def _whole(value: JsonValue) -> JsonValue:
    """A whole number that a header could only carry as text."""
    is_digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= MAX_VERSION_DIGITS
    return int(str(value)) if is_digits else value
