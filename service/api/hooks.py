"""`/v1/hooks/{source}`: messages in the formats of their vendors."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Response, request

from service.api.batch import BatchSchema, answer, in_time, new_delivery
from service.api.reader import MAX_HOOK_BYTES, Blueprint, measured, read_body
from service.domain.errors import UnauthorizedError
from service.domain.event import Item
from service.domain.source import Source, SourceRetiredError, UnknownSourceError, is_secret
from service.flows.ingest import ingest
from service.plans.source_mapping import mapping_of, shipped_text
from service.reports.sources import find_source
from service.runtime import current
from service.sources.adapter import Account, Adapter, Message, Token, read_message
from service.sources.derive import derive_all
from service.sources.registry import ADAPTERS
from service.sources.signature import PATH_SECRET

blueprint = Blueprint("hooks", __name__, url_prefix="/v1/hooks", description="Messages in the formats of CRMs.")

ECHO = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What we echo to a vendor that tries an address: nothing that a browser could take for more than a word."""


class WrongTokenError(UnauthorizedError):
    """A message that does not prove where it comes from."""

    code = "wrong_token"

    def __init__(self) -> None:
        super().__init__("The message does not carry the secret or signature that this source was added with.")


@blueprint.get("/<source_id>")
@blueprint.response(HTTPStatus.OK, description="The address is right")
def greet(source_id: str) -> Response:
    """Answer a vendor that looks whether the address exists; nothing is looked up and nothing is stored."""
    del source_id
    told = request.args.get("zd_echo", "")
    return Response(told if ECHO.fullmatch(told) else "", mimetype="text/plain")


@blueprint.post("/<source_id>")
@measured(MAX_HOOK_BYTES)
@blueprint.response(HTTPStatus.ACCEPTED, BatchSchema, description="The message is stored")
def post_message(source_id: str) -> Response:
    """Take one message. Whatever it says, once it is proved and stored its vendor is told of success."""
    return _taken(source_id, "")


@blueprint.post("/<source_id>/<path_secret>")
@measured(MAX_HOOK_BYTES)
@blueprint.response(HTTPStatus.ACCEPTED, BatchSchema, description="The message is stored")
def post_message_with_secret(source_id: str, path_secret: str) -> Response:
    """The same for vendors who sign nothing: a secret ends the address."""
    return _taken(source_id, path_secret)


def _taken(source_id: str, path_secret: str) -> Response:
    source, adapter = _hooked(source_id)
    now = current().now()
    message = Message(
        body=read_body(),
        received_at=now,
        headers={name.lower(): value for name, value in request.headers.items()},
        url=current().settings.public_url + request.full_path.removesuffix("?"),
        method=request.method,
        path_secret=path_secret,
    )
    _demand_proof(source, adapter, message)
    if source.retired_at is not None:
        raise SourceRetiredError(source_id)
    items = _items(source, adapter, message)
    delivery = new_delivery(source_id, message.body, adapter.mask(message.body), items, now=now)
    with in_time(), current().transaction() as session:
        results = ingest(session, delivery, items, now=now)
    if adapter.answer is None:
        return answer(delivery, results, HTTPStatus.ACCEPTED)
    return Response(adapter.answer.body, adapter.answer.status, content_type=adapter.answer.content_type)


def _items(source: Source, adapter: Adapter, message: Message) -> list[Item]:
    mapping = mapping_of(shipped_text(current().settings.rules_dir, source.kind.value))
    account = Account(source.source_id, mapping.timezone, source.token_hash or "")
    reading = read_message(adapter, message, account)
    derivation = derive_all(reading.changes, mapping, account)
    return [
        Item(index, item.event.external_id, item.event, item.quarantine, timed=item.timed)
        for index, item in enumerate(derivation.derived)
    ]


def _demand_proof(source: Source, adapter: Adapter, message: Message) -> None:
    scheme = adapter.scheme("")
    shown = scheme.shown(message) if isinstance(scheme, Token) else ""
    if source.token_hash is not None and shown and is_secret(shown, source.token_hash):
        return
    if scheme is PATH_SECRET:
        raise UnknownSourceError(source.source_id)
    raise WrongTokenError


def _hooked(source_id: str) -> tuple[Source, Adapter]:
    """The source of this name, if it sends messages of a kind we can check."""
    with in_time(), current().reading() as session:
        source = find_source(session, source_id)
    if source is None or source.kind not in ADAPTERS:
        raise UnknownSourceError(source_id)
    return source, ADAPTERS[source.kind]
