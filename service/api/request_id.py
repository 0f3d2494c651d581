"""The number of a request and the headers that every answer carries."""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, request

from service.domain.delivery import new_delivery_id
from service.domain.errors import StimulError

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

SIGNATURE_HEADER = "webhook-signature"

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
    g.request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(REQUEST_ID_BYTES)
    if request.path.startswith(DELIVERED):
        g.delivery_id = new_delivery_id()


def _demand_small_headers() -> None:
    measured = (len(name) + len(text) for name, text in request.headers if name.lower() != SIGNATURE_HEADER)
    if sum(measured) > MAX_HEADER_BYTES:
        raise HeadersTooLargeError


def _finish(answer: Response) -> Response:
    answer.headers["X-Request-Id"] = request_id()
    if "delivery_id" in g:
        answer.headers[DELIVERY_HEADER] = g.delivery_id
    for name, text in HEADERS.items():
        answer.headers.setdefault(name, text)
    return answer
