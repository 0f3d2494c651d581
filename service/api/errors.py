"""The one table from a family of mistakes to a status, and their RFC 9457 answer."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from flask import Flask, Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException

from service.api.request_id import HeadersTooLargeError, request_id
from service.domain.errors import (
    BusinessConflictError,
    BusyError,
    ForbiddenError,
    GoneError,
    InvalidError,
    MalformedError,
    NotFoundError,
    Problem,
    StimulError,
    TooLargeError,
    UnauthorizedError,
    UnsupportedError,
)
from service.domain.rate import TooManyRequestsError
from service.runtime import current

LOG = logging.getLogger(__name__)

STATUS: Mapping[type[StimulError], HTTPStatus] = {
    MalformedError: HTTPStatus.BAD_REQUEST,
    UnauthorizedError: HTTPStatus.UNAUTHORIZED,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    BusinessConflictError: HTTPStatus.CONFLICT,
    GoneError: HTTPStatus.GONE,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnsupportedError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    InvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyRequestsError: HTTPStatus.TOO_MANY_REQUESTS,
    HeadersTooLargeError: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Each family of mistakes and its status; a class below a family has the status of its family."""

RETRY_AFTER_S = 2
"""When a sender should come again after "busy": longer than a transaction, shorter than anybody's patience."""

MAX_ERRORS = 100
"""Findings shown in one answer; whoever made more will find the rest after mending these."""

PROBLEM_TYPE = "application/problem+json"

_HEADERS: Mapping[HTTPStatus, Mapping[str, str]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": 'Bearer realm="stimul"'},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": str(RETRY_AFTER_S)},
    # The rest of a body that was not read must not be taken for the next request.
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: {"Connection": "close"},
}


def register(app: Flask) -> None:
    """Let the application answer every mistake as a problem document."""
    app.register_error_handler(StimulError, answer_mistake)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_bug)


def status_of(mistake: type[StimulError]) -> HTTPStatus:
    """The status of a class of mistakes; one outside every family is a bug of ours."""
    families = (STATUS[kind] for kind in mistake.__mro__ if kind in STATUS)
    return next(families, HTTPStatus.INTERNAL_SERVER_ERROR)


def problem_url(code: str) -> str:
    """The address that names a problem and explains it."""
    return f"{current().settings.public_url}/docs/problems/{code}"


def answer_mistake(error: StimulError, more: Mapping[str, object] | None = None) -> Response:
    """The problem document of a mistake, with further members where the caller has more to tell."""
    answer = _problem(status_of(type(error)), error.code, error.title, error.detail, error.problems)
    if more:
        document = answer.get_json() | more
        answer.set_data(jsonify(document).get_data())
    if isinstance(error, TooManyRequestsError):
        answer.headers["Retry-After"] = str(max(1, math.ceil(error.wait_s)))
    return answer


def _answer_http(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    findings = tuple(_findings(getattr(error, "data", {}).get("messages", {})))
    if findings:
        return _problem(status, InvalidError.code, InvalidError.title, "Some fields are not valid.", findings)
    answer = _problem(status, status.name.lower(), status.phrase, status.description or status.phrase)
    answer.headers.extend((name, text) for name, text in error.get_headers() if name in {"Allow", "Location"})
    return answer


def _answer_bug(error: Exception) -> Response:
    LOG.error("a bug answered %s %r, request %s", request.method, request.path, request_id(), exc_info=error)
    if current_app.testing:
        raise error
    detail = f"This is a mistake of ours. Tell us the number of the request, {request_id()}; nothing was stored."
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "A mistake of ours", detail)


def _problem(status: HTTPStatus, code: str, title: str, detail: str, problems: tuple[Problem, ...] = ()) -> Response:
    document: dict[str, object] = {
        "type": problem_url(code),
        "title": title,
        "status": status.value,
        "detail": detail,
        "code": code,
        "request_id": request_id(),
    }
    if problems:
        document["errors"] = [
            {"pointer": item.pointer, "code": item.code, "detail": item.detail} for item in problems[:MAX_ERRORS]
        ]
    answer = jsonify(document)
    answer.status_code = status.value
    answer.content_type = PROBLEM_TYPE
    answer.headers.update(_HEADERS.get(status, {}))
    return answer


def _findings(messages: object) -> Iterator[Problem]:
    """What a schema found, each with its place; texts of ours and never the value that was sent."""
    if not isinstance(messages, Mapping):
        return
    for location, found in messages.items():
        prefix = "" if location == "json" else f"#{location}"
        yield from _flat(found, prefix)


def _flat(found: object, pointer: str) -> Iterator[Problem]:
    if isinstance(found, Mapping):
        for key, inner in found.items():
            place = pointer if key == "_schema" else f"{pointer}/{_escaped(key)}"
            yield from _flat(inner, place)
    elif isinstance(found, list):
        for text in found:
            yield from _flat(text, pointer)
    else:
        yield Problem("invalid_field", str(found), pointer)


def _escaped(key: object) -> str:
    return str(key)[:80].replace("~", "~0").replace("/", "~1")
