"""Forms with keys in brackets, as PHP systems send them: always read, whatever they look like."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus

MAX_FIELDS = 5_000
"""Fields that are read; a message with more is kept and looked at by a person."""

MAX_BRACKETS = 10
"""Brackets of one key: real ones have five."""

MASK = "***"
"""What stands for a secret in a body that is kept."""

FormValue = str | dict[str, "FormValue"]

_KEY = re.compile(r"(?P<head>[^\[]*)(?P<brackets>(\[[^\]]*\])*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields as a tree, in which a number in brackets is a key like any other, and what could not be read."""

    fields: dict[str, FormValue]
    fault: str = ""


def read_form(body: bytes) -> Form:
    """Read a body; broken keys are kept as they stand, and fields beyond the limit are left out and said so."""
    return form_of(form_pairs(body))


def form_pairs(body: bytes) -> list[tuple[str, str]]:
    """Every key with its value as they were sent, in their order; one more than is read, if there are more."""
    pieces = (piece.partition("=") for piece in body.decode("utf-8", "replace").split("&", MAX_FIELDS + 1))
    return [(_decoded(key), _decoded(value)) for key, _, value in pieces if key][: MAX_FIELDS + 1]


def form_of(pairs: Sequence[tuple[str, str]]) -> Form:
    """The tree that keys and values make."""
    fields: dict[str, FormValue] = {}
    for key, value in pairs[:MAX_FIELDS]:
        _put(fields, _path(key), value)
    return Form(fields, f"The form has more than {MAX_FIELDS} fields." if len(pairs) > MAX_FIELDS else "")


def is_hidden(key: str, secrets: Collection[str]) -> bool:
    """Whether the value of a key is not to be kept; the name of a field is what stands in its last bracket."""
    return _path(key)[-1].lower() in secrets


def masked_form(body: bytes, secrets: Collection[str]) -> bytes:
    """The body with the values of some fields hidden."""
    pieces = body.decode("utf-8", "replace").split("&")
    return "&".join(_masked(piece, secrets) for piece in pieces).encode()


def _masked(piece: str, secrets: Collection[str]) -> str:
    key, equals, _ = piece.partition("=")
    return f"{key}={MASK}" if equals and is_hidden(_decoded(key), secrets) else piece


def _decoded(text: str) -> str:
    return unquote_plus(text, errors="replace").replace("\0", "\ufffd")


def _path(key: str) -> list[str]:
    match = _KEY.fullmatch(key)
    if match is None or match["brackets"].count("[") > MAX_BRACKETS:
        return [key]
    return [match["head"], *match["brackets"][1:-1].split("][")] if match["brackets"] else [key]


def _put(fields: dict[str, FormValue], path: list[str], value: str) -> None:
    """Put a value at its place; where a text and a tree meet, the text stays in the tree under the empty key."""
    node = fields
    for step in path[:-1]:
        inner = node.get(step)
        if not isinstance(inner, dict):
            inner = {} if inner is None else {"": inner}
            node[step] = inner
        node = inner
    last = path[-1] or (str(len(node)) if len(path) > 1 else "")
    there = node.get(last)
    if isinstance(there, dict):
        there[""] = value
    else:
        node[last] = value
