"""Forms sent as multipart: read by the boundary that the body really uses, whatever its header promised."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from service.sources.form import MASK, MAX_FIELDS, Form, form_of, is_hidden

_NAME = re.compile(rb'[;\s]name="?(?P<name>[^"\r\n;]{1,255})"?', re.IGNORECASE)
_BOUNDARY = re.compile(r'boundary="?(?P<boundary>[^";]{1,70})"?', re.IGNORECASE)
_FIRST_LINE = re.compile(rb"--(?P<boundary>[^\r\n]{1,70})\r?\n")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")

_PART = b'--kept\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'

MISMATCH = "The boundary of its parts is not the one that its header names; it was read as it stands."


def is_multipart(content_type: str) -> bool:
    """Whether a header says that the body has parts."""
    return content_type.strip().lower().startswith("multipart/")


def seems_multipart(body: bytes) -> bool:
    """Whether the body has parts, whatever its header says."""
    return _FIRST_LINE.match(body) is not None


def read_multipart(body: bytes, content_type: str) -> Form:
    """The fields of a form in parts; a body whose boundary is another one than its header says has a fault.

    Zadarma's own clients meet such bodies. A reader that believes the header finds an empty form, and the message is
    answered and forgotten; this one reads what is there, so that its signature can be checked, and says what was odd.
    """
    parts, fault = _parts(body, content_type)
    form = form_of([(_text(name), _text(value)) for name, value in parts])
    return replace(form, fault=form.fault or fault)


def masked_multipart(body: bytes, secrets: Collection[str]) -> bytes:
    """The fields of the body written anew, some values hidden; one that cannot be taken apart is hidden as a whole."""
    parts, _ = _parts(body, "")
    shown = [(name, MASK.encode() if is_hidden(_text(name), secrets) else value) for name, value in parts]
    written = b"".join(_PART % pair for pair in shown) + b"--kept--\r\n" if parts else MASK.encode()
    return written.decode("utf-8", "replace").encode()


def _parts(body: bytes, content_type: str) -> tuple[list[tuple[bytes, bytes]], str]:
    first = _FIRST_LINE.search(body)
    if first is None:
        return [], "It says that it is in parts and has none."
    named = _BOUNDARY.search(content_type)
    fits = named is not None and named["boundary"].strip().encode() == first["boundary"].strip()
    pieces = body[first.end() :].split(b"\n--" + first["boundary"].strip(), MAX_FIELDS + 1)
    pairs = [pair for piece in pieces if (pair := _part(piece)) is not None]
    return pairs[: MAX_FIELDS + 1], "" if fits else MISMATCH


def _part(piece: bytes) -> tuple[bytes, bytes] | None:
    """The name and the value of one part."""
    blank = _BLANK_LINE.search(piece)
    name = _NAME.search(piece[: blank.start()]) if blank else None
    if blank is None or name is None:
        return None
    return name["name"], piece[blank.end() :].removesuffix(b"\r")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").replace("\0", "\ufffd")
