"""The number of a request and the headers that every answer carries."""

from __future__ import annotations

import re

from flask import Flask, Response, g, request

from service.domain.delivery import new_delivery_id
from service.domain.errors import StimulError
from service.domain.random_id import random_bytes

REQUEST_ID_BYTES = 12
"""Long enough that no two requests in anybody's log share one."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
}
"""What a browser is told with every answer: nothing from elsewhere, no script inside a page, no frame around it."""

MAX_HEADER_BYTES = 16 * 1024
"""All headers of a request together; a signature is measured by whoever checks it."""

_PREFIX = "HTTP_"

SIGNATURE_HEADER = "HTTP_WEBHOOK_SIGNATURE"

DELIVERY_HEADER = "Stimul-Delivery-Id"

DELIVERED = ("/v1/events", "/v1/hooks")
"""Where senders deliver: their requests have an id of a delivery, stored or not, so that both sides can name it."""

_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")


class HeadersTooLargeError(StimulError):
    """A request whose headers are over the limit (431)."""

    code = "headers_too_large"
    title = "Headers too large"

    def __init__(self) -> None:
        super().__init__(f"The headers of the request are larger than {MAX_HEADER_BYTES} bytes.")


def register(app: Flask) -> None:
    """Number every request and put the headers on every answer."""
    app.before_request(_number)
    app.before_request(_demand_small_headers)
    app.after_request(_finish)


def request_id() -> str:
    """The number of the present request: the sender's own where it gave a plain one."""
    if "request_id" not in g:
        _number()
    return str(g.request_id)


def delivery_id() -> str:
    """The id of the present delivery."""
    return str(g.delivery_id)


def _number() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _GIVEN.fullmatch(given) else random_bytes()[:REQUEST_ID_BYTES].hex()
    if request.path.startswith(DELIVERED):
        g.delivery_id = new_delivery_id()


def _demand_small_headers() -> None:
    # As the server hands them over: the library's view of them spells every name anew.
    named = ((name, text) for name, text in request.environ.items() if name.startswith(_PREFIX))
    if sum(len(name) - len(_PREFIX) + len(text) for name, text in named if name != SIGNATURE_HEADER) > MAX_HEADER_BYTES:
        raise HeadersTooLargeError


def _finish(answer: Response) -> Response:
    given = {name.lower() for name, _ in answer.headers}
    answer.headers.extend([(name, text) for name, text in HEADERS.items() if name.lower() not in given])
    answer.headers["X-Request-Id"] = request_id()
    if "delivery_id" in g:
        answer.headers[DELIVERY_HEADER] = g.delivery_id
    return answer
