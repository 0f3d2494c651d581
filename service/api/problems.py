"""Problems as the OpenAPI document has them: their shape, and which of them an endpoint may answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from marshmallow import Schema, fields

from service.api.errors import PROBLEM_TYPE

ANYWHERE = (
    HTTPStatus.REQUEST_URI_TOO_LONG,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
WITH_A_KEY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
WITH_PARAMETERS = (HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
WITH_A_BODY = (
    HTTPStatus.NOT_FOUND,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
WRITING = (HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT)
OF_A_SENDER = (HTTPStatus.GONE, HTTPStatus.TOO_MANY_REQUESTS)

READING_METHODS = {"get", "head", "options"}

HEADERS: Mapping[HTTPStatus, str] = {
    HTTPStatus.UNAUTHORIZED: "WWW-Authenticate",
    HTTPStatus.TOO_MANY_REQUESTS: "Retry-After",
    HTTPStatus.SERVICE_UNAVAILABLE: "Retry-After",
}
"""The header that comes with every answer of this status."""


class FindingSchema(Schema):
    """One finding inside a problem."""

    pointer = fields.String(required=True, metadata={"description": "JSON Pointer into the body as sent"})
    code = fields.String(required=True)
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """What went wrong, as RFC 9457 has it."""

    type = fields.Url(required=True, metadata={"description": "Names the problem and explains it"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "What happened and what to do"})
    code = fields.String(required=True, metadata={"description": "The last part of `type`"})
    request_id = fields.String(required=True)
    errors = fields.List(fields.Nested(FindingSchema))


def add_problems(document: dict[str, Any]) -> None:
    """Let every operation of an OpenAPI document name the problems it may answer, in the place of a default answer."""
    used: set[HTTPStatus] = set()
    for path in document["paths"].values():
        for method, operation in path.items():
            if method != "parameters":
                has_parameters = "parameters" in path or "parameters" in operation
                used |= _add(operation["responses"], _problems(method, operation, has_parameters=has_parameters))
    document["components"]["responses"] = {status.name: _response(status) for status in sorted(used)}


def _add(own: dict[str, dict[str, object]], problems: Iterator[HTTPStatus]) -> set[HTTPStatus]:
    """Add to the answers of an operation what it does not describe itself; the problems it may answer as others do."""
    del own["default"]
    found = {*problems, *_named(own)}
    added = {status for status in found if "$ref" in own.get(str(status.value), {"$ref": ""})}
    own |= {str(status.value): {"$ref": f"#/components/responses/{status.name}"} for status in sorted(added)}
    return added


def _named(own: Mapping[str, Mapping[str, object]]) -> Iterator[HTTPStatus]:
    """What an endpoint documents by the name of the status alone."""
    return (HTTPStatus(int(code)) for code, response in own.items() if "$ref" in response)


def _problems(method: str, operation: Mapping[str, Any], *, has_parameters: bool) -> Iterator[HTTPStatus]:
    yield from ANYWHERE
    if "security" in operation:
        yield from WITH_A_KEY
    if has_parameters:
        yield from WITH_PARAMETERS
    if "requestBody" in operation:
        yield from WITH_A_BODY
    if method not in READING_METHODS:
        yield from WRITING
    # Only who sends events may sign instead of showing a key.
    if len(operation.get("security", ())) > 1:
        yield from OF_A_SENDER


def _response(status: HTTPStatus) -> dict[str, object]:
    if status is HTTPStatus.REQUEST_URI_TOO_LONG:
        # Answered by the server below us, in words of its own.
        return {"description": status.phrase, "content": {"text/html": {"schema": {"type": "string"}}}}
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    found: dict[str, object] = {"description": status.phrase, "content": content}
    header = HEADERS.get(status)
    return found | {"headers": {header: {"required": True, "schema": {"type": "string"}}}} if header else found
