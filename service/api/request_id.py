"""The number of a request and the headers that every answer carries."""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, request

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

_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")


def register(app: Flask) -> None:
    """Number every request and put the headers on every answer."""
    app.before_request(_number)
    app.after_request(_finish)


def request_id() -> str:
    """The number of the present request: the sender's own where it gave a plain one."""
    if "request_id" not in g:
        _number()
    return str(g.request_id)


def _number() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(REQUEST_ID_BYTES)


def _finish(answer: Response) -> Response:
    answer.headers["X-Request-Id"] = request_id()
    for name, text in HEADERS.items():
        answer.headers.setdefault(name, text)
    return answer
