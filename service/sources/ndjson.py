"""NDJSON: one event per line, each line a document of its own."""

from __future__ import annotations

import codecs
from dataclasses import replace

from service.domain.event import Item, JsonValue, Rejection
from service.sources.json_text import EmptyBodyError, EncodingError, JsonTextError, read_json
from service.sources.native import MAX_ITEMS, TooManyItemsError, read_items


def read_lines(body: bytes, source_id: str) -> list[Item]:
    """Every item of a body, by line; empty lines are passed by. A line that is no JSON is one rejected item."""
    _demand_encoding(body)
    lines = [line for line in body.removeprefix(codecs.BOM_UTF8).split(b"\n") if line.strip()]
    if not lines:
        raise EmptyBodyError
    if len(lines) > MAX_ITEMS:
        raise TooManyItemsError
    documents: list[JsonValue] = []
    broken: dict[int, Rejection] = {}
    for index, line in enumerate(lines):
        try:
            documents.append(read_json(line))
        except JsonTextError as error:
            documents.append(None)
            broken[index] = Rejection(error.code, error.detail, f"/{index}")
    items = read_items(documents, source_id, len(body))
    return [replace(item, rejection=broken.get(item.index, item.rejection)) for item in items]


def _demand_encoding(body: bytes) -> None:
    """Refuse another encoding as a whole: where a line ends could only be guessed."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise EncodingError from None
    if "\0" in text:
        raise EncodingError
