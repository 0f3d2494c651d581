"""The address of a request: a text in it that no database can look up is refused before anybody does."""

from __future__ import annotations

from flask import Flask, request

from service.api.reader import InvalidTextError
from service.sources.json_text import MAX_STRING_BYTES, text_fault


def register(app: Flask) -> None:
    """Look at the address of every request."""
    app.before_request(_demand_plain_address)


def _demand_plain_address() -> None:
    texts = [request.path, *(text for named in request.args.items(multi=True) for text in named)]
    faults = (text_fault(text, MAX_STRING_BYTES) for text in texts)
    fault = next((fault for fault in faults if fault), "")
    if fault:
        raise InvalidTextError(fault)
