"""The body of a request: measured, unpacked and read before anything trusts it."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import ParamSpec, TypeVar

import flask
import flask_smorest
from marshmallow import Schema
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from service.domain.errors import InvalidError, MalformedError, TooLargeError, UnsupportedError
from service.domain.event import JsonValue
from service.sources.json_text import MAX_STRING_BYTES, read_json, text_fault

MAX_BODY_BYTES = 5 * 1024 * 1024
"""A thousand events of the usual size are a tenth of this."""

MAX_HOOK_BYTES = 1024 * 1024
"""One vendor message is a few kilobytes, the largest seen some 300."""

MAX_FILE_BYTES = 1024 * 1024
"""A file inside a body: four times the largest plan file, so that a larger one is refused by name and not unread."""

JSON = "application/json"

PIECE_BYTES = 64 * 1024
"""What is held at a time of a body that nobody will read."""

GZIP_MARK = b"\x1f\x8b"
"""How a packed body begins; one that still does after unpacking was packed twice."""

USUAL_RATIO = 20
"""Events pack to a tenth; what packs to less is noted, because bombs do."""

LOG = logging.getLogger(__name__)

_Parameters = ParamSpec("_Parameters")
_Answer = TypeVar("_Answer")


class BodyTooLargeError(TooLargeError):
    """A body over the limit, as sent or unpacked."""

    code = "body_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit} bytes. Send the events in smaller batches.")


class MediaTypeError(UnsupportedError):
    """A body of a kind we do not read."""

    code = "unsupported_media_type"

    def __init__(self) -> None:
        super().__init__(
            "Send JSON in UTF-8 with the header Content-Type: application/json; events also as application/x-ndjson, "
            "application/cloudevents+json or application/cloudevents-batch+json."
        )


class EncodingUnknownError(UnsupportedError):
    """A body packed in a way we do not unpack."""

    code = "unsupported_encoding"

    def __init__(self) -> None:
        super().__init__("Send the body as it is, or packed once with Content-Encoding: gzip.")


class PackingBrokenError(MalformedError):
    """A packed body that cannot be unpacked."""

    code = "invalid_gzip"

    def __init__(self) -> None:
        super().__init__("The body says it is packed with gzip, and it is cut off or broken.")


class BodyCutOffError(MalformedError):
    """A body that breaks off, or whose pieces are not as HTTP has them."""

    code = "body_cut_off"

    def __init__(self) -> None:
        super().__init__("The body broke off before its end. Send it again.")


class InvalidTextError(InvalidError):
    """A text that no database can store."""

    code = "invalid_text"


def measured(limit: int) -> Callable[[Callable[_Parameters, _Answer]], Callable[_Parameters, _Answer]]:
    """Refuse a body by its headers, before anybody is asked who sent it; `limit` also holds while it is read."""

    def decorate(view: Callable[_Parameters, _Answer]) -> Callable[_Parameters, _Answer]:
        @wraps(view)
        def checked(*args: _Parameters.args, **named: _Parameters.kwargs) -> _Answer:
            flask.g.body_limit = limit
            if (flask.request.content_length or 0) > limit:
                _pass_by(limit)
                raise BodyTooLargeError(limit)
            _demand_encoding()
            return view(*args, **named)

        return checked

    return decorate


def json_only(view: Callable[_Parameters, _Answer]) -> Callable[_Parameters, _Answer]:
    """Refuse a body that is not called JSON, before anybody is asked who sent it."""

    @wraps(view)
    def checked(*args: _Parameters.args, **named: _Parameters.kwargs) -> _Answer:
        demand_json()
        return view(*args, **named)

    return checked


def demand_json() -> None:
    """Refuse a body whose header does not call it JSON in UTF-8; upper case and parameters do not matter."""
    charset = flask.request.mimetype_params.get("charset", "utf-8")
    if flask.request.mimetype != JSON or charset.lower() not in {"utf-8", "utf8"}:
        raise MediaTypeError


def received_body() -> bytes:
    """The body of the present request as it was sent, never more than its limit."""
    return _received(flask.request, _limit())


def read_body() -> bytes:
    """The body of the present request, unpacked once, never more than its limit."""
    if "read_body" not in flask.g:
        body = received_body()
        flask.g.read_body = _unpacked(body, _limit()) if _demand_encoding() == "gzip" else body
    found: bytes = flask.g.read_body
    return found


def _limit() -> int:
    limit: int = flask.g.get("body_limit", MAX_BODY_BYTES)
    return limit


class _Parser(FlaskParser):
    """Reads JSON with our own reader: the stock one breaks on long numbers and takes duplicate keys."""

    text_bytes = MAX_STRING_BYTES

    def load_json(self, req: flask.Request, schema: Schema) -> JsonValue:
        """The whole body, read and with texts that can be stored."""
        del req, schema
        demand_json()
        value = read_json(read_body())
        fault = text_fault(value, self.text_bytes)
        if fault:
            raise InvalidTextError(fault)
        return value


class _FileParser(_Parser):
    """The same for bodies that carry whole files as texts."""

    text_bytes = MAX_FILE_BYTES


class Blueprint(flask_smorest.Blueprint):
    """A group of endpoints whose bodies are read by our own reader."""

    ARGUMENTS_PARSER = _Parser()


class FileBlueprint(Blueprint):
    """A group of endpoints whose bodies carry files."""

    ARGUMENTS_PARSER = _FileParser()


def _pass_by(limit: int) -> None:
    """Read a body that is a little too large and keep nothing of it, so that its sender comes to read our answer.

    One that is far too large is not read: its sender finds the connection closed.
    """
    if (flask.request.content_length or 0) > limit * 2:
        return
    with suppress(Exception):
        # The stream is the server's, and for a body that breaks off it raises whatever classes it has.
        while flask.request.stream.read(PIECE_BYTES):
            pass


def _received(request: flask.Request, limit: int) -> bytes:
    # One byte more than allowed: of a body without an announced length, the library silently gives what is within.
    request.max_content_length = limit + 1
    try:
        body = request.get_data(cache=True, parse_form_data=False)
    except RequestEntityTooLarge:
        raise BodyTooLargeError(limit) from None
    except Exception as error:
        # The stream is the server's, and for a broken or cut-off body it raises whatever classes it has.
        raise BodyCutOffError from error
    if len(body) > limit:
        raise BodyTooLargeError(limit)
    # A server that marks the end of its stream by itself gives what came before a sender hung up as if it were all.
    if len(body) < (request.content_length or 0):
        raise BodyCutOffError
    return body


def _demand_encoding() -> str:
    encoding = flask.request.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in {"", "identity", "gzip"}:
        raise EncodingUnknownError
    return encoding


def _unpacked(body: bytes, limit: int) -> bytes:
    """Unpack at most one byte more than allowed, so that a bomb is noticed and never held."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = unpacker.decompress(body, limit + 1)
    except zlib.error:
        raise PackingBrokenError from None
    if len(plain) > limit:
        raise BodyTooLargeError(limit)
    if not unpacker.eof or unpacker.unused_data:
        raise PackingBrokenError
    if plain.startswith(GZIP_MARK):
        raise EncodingUnknownError
    if len(plain) > len(body) * USUAL_RATIO:
        LOG.warning("a body of %s bytes unpacked to %s", len(body), len(plain))
    return plain
