"""`/v1/backfills`: history in, as a file of any length."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec, TypeVar

import flask
from flask import Response, jsonify
from marshmallow import Schema, fields
from werkzeug.exceptions import RequestEntityTooLarge

from service.api.auth import credential, requires
from service.api.once import HEADER
from service.api.reader import Blueprint, BodyCutOffError, BodyTooLargeError, EncodingUnknownError
from service.api.sender import KeyWithoutSourceError
from service.domain.backfill import Backfill, BackfillState, Part
from service.domain.errors import MalformedError, StimulError, UnsupportedError
from service.flows.begin_backfill import begin_backfill
from service.flows.end_receiving import end_receiving
from service.flows.keep_backfill_part import keep_backfill_part
from service.flows.refuse_backfill import refuse_backfill
from service.reports.backfills import backfill_document, get_backfill, list_backfills
from service.runtime import current
from service.sources.history import HistoryFormat, lines_of, parts_of

blueprint = Blueprint("backfills", __name__, url_prefix="/v1/backfills", description="History in, beside what is live.")

MAX_FILE_BYTES = 1024 * 1024 * 1024
"""Three million events of the usual size; it is read in parts and never held."""

_FORMATS = {"application/x-ndjson": HistoryFormat.NDJSON, "text/csv": HistoryFormat.CSV}

_Parameters = ParamSpec("_Parameters")
_Answer = TypeVar("_Answer")


class HistoryTypeError(UnsupportedError):
    """A file of a kind that is not read over HTTP."""

    code = "unsupported_history"

    def __init__(self) -> None:
        super().__init__(
            "Send application/x-ndjson or text/csv, not packed. Parquet files are read by `stimul events import`."
        )


class OnceOnlyError(MalformedError):
    """A backfill with an Idempotency-Key: its whole file would have to be held to be compared."""

    code = "idempotency_key_refused"

    def __init__(self) -> None:
        super().__init__("Leave Idempotency-Key out: every event has its id, so that a file may be sent again.")


class BackfillSchema(Schema):
    """How far a backfill is."""

    backfill_id = fields.String(required=True)
    source = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    created_by = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in BackfillState]})
    parts = fields.Integer(required=True, metadata={"description": "Transactions it takes, 0 while it is received"})
    parts_done = fields.Integer(required=True)
    rows = fields.Integer(required=True, metadata={"description": "Rows taken so far"})
    summary = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    reason = fields.String(
        required=True,
        metadata={"description": "Why it is broken, or why some rows wait longer than others; empty while all is well"},
    )
    problems = fields.List(fields.Dict(), required=True, metadata={"description": "The first rows that were not taken"})


class BackfillsSchema(Schema):
    """The latest backfills."""

    backfills = fields.List(fields.Nested(BackfillSchema), required=True)


_FILE = {
    "required": True,
    "content": {
        kind: {"schema": {"type": "string", "description": "One event per line, or a header and one event per row"}}
        for kind in _FORMATS
    },
}


def _never_held(view: Callable[_Parameters, _Answer]) -> Callable[_Parameters, _Answer]:
    """Refuse by its headers what could not be read as a stream, before anybody is asked who sent it."""

    @wraps(view)
    def checked(*args: _Parameters.args, **named: _Parameters.kwargs) -> _Answer:
        if (flask.request.content_length or 0) > MAX_FILE_BYTES:
            raise BodyTooLargeError(MAX_FILE_BYTES)
        if flask.request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise EncodingUnknownError
        if HEADER in flask.request.headers:
            raise OnceOnlyError
        flask.request.max_content_length = MAX_FILE_BYTES
        return view(*args, **named)

    return checked


@blueprint.post("")
@_never_held
@requires("events:write")
@blueprint.doc(requestBody=_FILE)
@blueprint.response(HTTPStatus.ACCEPTED, BackfillSchema, description="All of it is kept and will be taken")
def post_backfill() -> Response:
    """Send history of the key's source as a file; it is taken in the background, after everything that is live."""
    source_id, now = _own_source(), current().now()
    if flask.request.mimetype not in _FORMATS:
        raise HistoryTypeError
    with current().transaction() as session:
        begun = begin_backfill(session, source_id, "", credential().key_id, now=now)
    reason = "It could not be read to its end because of a mistake of ours; send it again."
    parts: int | None = None
    try:
        parts = _keep_parts(begun)
    except StimulError as error:
        reason = error.detail
        raise
    finally:
        if parts is None:
            with current().transaction() as session:
                refuse_backfill(session, begun.backfill_id, reason)
    with current().transaction() as session:
        kept = end_receiving(session, begun.backfill_id, parts)
    answer = jsonify(backfill_document(kept))
    answer.status_code = HTTPStatus.ACCEPTED
    answer.headers["Location"] = f"/v1/backfills/{kept.backfill_id}"
    return answer


@blueprint.get("")
@requires("events:write")
@blueprint.response(HTTPStatus.OK, BackfillsSchema)
def read_backfills() -> Response:
    """The latest backfills of the key's source."""
    source_id = _own_source()
    with current().reading() as session:
        return jsonify({"backfills": [backfill_document(item) for item in list_backfills(session, source_id)]})


@blueprint.get("/<backfill_id>")
@requires("events:write")
@blueprint.response(HTTPStatus.OK, BackfillSchema)
def read_backfill(backfill_id: str) -> Response:
    """How far one backfill is."""
    source_id = _own_source()
    with current().reading() as session:
        return jsonify(backfill_document(get_backfill(session, source_id, backfill_id)))


def _keep_parts(begun: Backfill) -> int:
    """Keep the body part by part, each in a transaction of its own; how many there were."""
    file = io.BufferedReader(flask.request.stream)  # type: ignore[type-var] # raw enough, whatever the server gives
    number, first_row = 0, 1
    try:
        for lines in parts_of(lines_of(file, _FORMATS[flask.request.mimetype])):
            with current().transaction() as session:
                keep_backfill_part(session, Part(begun.backfill_id, number, first_row, b"\n".join(lines)))
            number, first_row = number + 1, first_row + len(lines)
    except StimulError:
        raise
    except RequestEntityTooLarge:
        raise BodyTooLargeError(MAX_FILE_BYTES) from None
    except OSError as error:
        raise BodyCutOffError from error
    return number


def _own_source() -> str:
    source_id = credential().source_id
    if source_id is None:
        raise KeyWithoutSourceError
    return source_id
