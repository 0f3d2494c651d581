"""`/v1/hooks/{source}`: messages in the formats of their vendors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus

from flask import Response

from service.api.batch import BatchSchema, answer, new_delivery
from service.api.reader import MAX_HOOK_BYTES, Blueprint, measured, read_body
from service.domain.errors import UnauthorizedError
from service.domain.source import Source, SourceKind, SourceRetiredError, UnknownSourceError, is_secret
from service.flows.ingest import ingest
from service.reports.sources import find_source
from service.runtime import current
from service.sources import bitrix24

blueprint = Blueprint("hooks", __name__, url_prefix="/v1/hooks", description="Messages in the formats of CRMs.")

_READERS: Mapping[SourceKind, Callable[[bytes, Source, datetime], bitrix24.Message]] = {
    SourceKind.BITRIX24: bitrix24.read_message,
}
"""How the messages of each kind of source are read; a kind that is not here has no hook."""


class WrongTokenError(UnauthorizedError):
    """A message without the token of its source."""

    code = "wrong_token"

    def __init__(self) -> None:
        super().__init__("The message does not carry the application token that this source was added with.")


@blueprint.get("/<source_id>")
@blueprint.response(HTTPStatus.OK, description="The address is right")
def greet(source_id: str) -> Response:
    """Answer a vendor that looks whether the address exists; nothing is looked up and nothing is stored."""
    del source_id
    return Response("", mimetype="text/plain")


@blueprint.post("/<source_id>")
@measured(MAX_HOOK_BYTES)
@blueprint.response(HTTPStatus.ACCEPTED, BatchSchema, description="The message is stored")
def post_message(source_id: str) -> Response:
    """Take one message; its token is in the body. Whatever it says, once stored the answer is 202."""
    source = _hooked(source_id)
    body, now = read_body(), current().now()
    message = _READERS[source.kind](body, source, now)
    if source.token_hash is None or not is_secret(message.token, source.token_hash):
        raise WrongTokenError
    if source.retired_at is not None:
        raise SourceRetiredError(source_id)
    delivery = new_delivery(source_id, body, message.masked, [message.item], now=now)
    with current().transaction() as session:
        results = ingest(session, delivery, [message.item], now=now)
    return answer(delivery, results, HTTPStatus.ACCEPTED)


def _hooked(source_id: str) -> Source:
    """The source of this name, if it sends messages of a kind we can check."""
    with current().reading() as session:
        source = find_source(session, source_id)
    if source is None or source.kind not in _READERS:
        raise UnknownSourceError(source_id)
    return source
