"""`/v1/hooks/{source}`: messages in the formats of their vendors."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus

from flask import Response, request

from service.api.batch import BatchSchema, answer, in_time, new_delivery
from service.api.gathering import Arrival, take
from service.api.known_senders import KnownSender, SenderChangedError, known_senders
from service.api.proof import Proof, proof_of, unproved
from service.api.reader import MAX_HOOK_BYTES, Blueprint, measured, read_body
from service.domain.change import Notice
from service.domain.delivery import Sent
from service.domain.errors import StimulError
from service.domain.permission import open_to_anybody
from service.domain.source import SourceRetiredError, UnknownSourceError
from service.runtime import current
from service.sources.adapter import Adapter, Message, read_message
from service.sources.registry import ADAPTERS

blueprint = Blueprint("hooks", __name__, url_prefix="/v1/hooks", description="Messages in the formats of CRMs.")

ECHO = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What we echo to a vendor that tries an address: nothing that a browser could take for more than a word."""


ORIGIN = re.compile(r"[A-Za-z0-9.-]{1,253}")
"""The name of a host, as the handshake of CloudEvents tells it."""


_WORD = {"type": "string"}

_MESSAGE = {
    "description": "The message as its vendor sends it",
    "content": {
        "application/json": {"schema": {}},
        "application/x-www-form-urlencoded": {"schema": {"type": "object"}},
        "text/xml": {"schema": _WORD},
        "text/csv": {"schema": _WORD},
    },
}

_TAKEN = {
    "202": {"description": "The message is stored", "content": {"application/json": {"schema": BatchSchema}}},
    "200": {
        "description": "The same, in the words of a vendor that asks for others",
        "content": {"text/xml": {"schema": _WORD}, "text/plain": {"schema": _WORD}},
    },
    "204": {"description": "The same, of a vendor that wants to read nothing"},
    "401": "UNAUTHORIZED",
    "410": "GONE",
}


@blueprint.route("/<source_id>", methods=["GET", "OPTIONS"])
@open_to_anybody
@blueprint.response(HTTPStatus.OK, _WORD, content_type="text/plain", description="The address is right")
def greet(source_id: str) -> Response:
    """Answer a vendor that looks whether the address exists; nothing is looked up and nothing is stored.

    A CloudEvents sender that asks whether it may send is told that it may.
    """
    del source_id
    told = request.args.get("zd_echo", "")
    response = Response(told if ECHO.fullmatch(told) else "", mimetype="text/plain")
    origin = request.headers.get("WebHook-Request-Origin", "")
    if ORIGIN.fullmatch(origin):
        response.headers["WebHook-Allowed-Origin"] = origin
        response.headers["WebHook-Allowed-Rate"] = "*"
    return response


@blueprint.post("/<source_id>")
@open_to_anybody
@measured(MAX_HOOK_BYTES)
@blueprint.doc(requestBody=_MESSAGE, responses=_TAKEN)
def post_message(source_id: str) -> Response:
    """Take one message. Whatever it says, once it is proved and stored its vendor is told of success."""
    return _taken(source_id, "")


@blueprint.post("/<source_id>/<path_secret>")
@open_to_anybody
@measured(MAX_HOOK_BYTES)
@blueprint.doc(requestBody=_MESSAGE, responses=_TAKEN)
def post_message_with_secret(source_id: str, path_secret: str) -> Response:
    """The same for vendors who sign nothing: a secret ends the address."""
    return _taken(source_id, path_secret)


def _taken(source_id: str, path_secret: str) -> Response:
    message = Message(
        body=read_body(),
        received_at=current().now(),
        headers={name.lower(): value for name, value in request.headers.items()},
        url=current().settings.public_url + request.full_path.removesuffix("?"),
        method=request.method,
        path_secret=path_secret,
    )
    try:
        return _stored(source_id, message)
    except SenderChangedError:
        known_senders().forget(source_id)
        return _stored(source_id, message)


def _stored(source_id: str, message: Message) -> Response:
    with in_time():
        known, adapter, proof = _proved(source_id, message)
    if known.source.retired_at is not None:
        raise SourceRetiredError(source_id)
    assert known.vendor is not None, "only vendors have adapters"
    delivery = replace(
        new_delivery(source_id, message.body, adapter.mask(message.body), (), now=message.received_at),
        trust=proof.trust,
        credential=proof.credential,
    )
    changes = read_message(adapter, message, known.vendor.account).changes
    notice = Notice(delivery.delivery_id, changes)
    results = take(Arrival(Sent(delivery, ()), known.state, notice, known.vendor))
    told = adapter.answer
    if told is None:
        return answer(delivery, results, HTTPStatus.ACCEPTED)
    return Response(told.body, told.status, content_type=told.content_type)


def _proved(source_id: str, message: Message) -> tuple[KnownSender, Adapter, Proof]:
    """The source of this name, if its messages are of a kind we can check, and the proof that this one is its own."""
    mistake: StimulError = UnknownSourceError(source_id)
    for known in known_senders().tries(source_id):
        adapter = ADAPTERS.get(known.source.kind)
        if adapter is None:
            break
        proof = proof_of(known, adapter, message)
        if proof is not None:
            return known, adapter, proof
        mistake = unproved(known.source, adapter)
    raise mistake
