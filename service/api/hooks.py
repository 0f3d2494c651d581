"""`/v1/hooks/{source}`: messages in the formats of their vendors."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Response, request

from service.api.batch import BatchSchema, answer, in_time, new_delivery
from service.api.proof import proof_of
from service.api.reader import MAX_HOOK_BYTES, Blueprint, measured, read_body
from service.domain.delivery import Sent
from service.domain.permission import open_to_anybody
from service.domain.source import Source, SourceRetiredError, UnknownSourceError
from service.domain.source_key import SourceKey
from service.flows.ingest import ingest
from service.flows.project import project
from service.reports.source_keys import source_keys
from service.reports.sources import find_source, mapping_in_force, vendor_of
from service.runtime import current
from service.sources.adapter import Adapter, Message, Vendor, read_message
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


@dataclass(frozen=True, slots=True)
class _Hook:
    """A source whose messages we can read and check, with everything that takes."""

    source: Source
    adapter: Adapter
    keys: list[SourceKey]
    vendor: Vendor


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
    now = current().now()
    hook = _hook(source_id)
    message = Message(
        body=read_body(),
        received_at=now,
        headers={name.lower(): value for name, value in request.headers.items()},
        url=current().settings.public_url + request.full_path.removesuffix("?"),
        method=request.method,
        path_secret=path_secret,
    )
    proof = proof_of(hook.source, hook.adapter, message, hook.keys)
    if hook.source.retired_at is not None:
        raise SourceRetiredError(source_id)
    changes = read_message(hook.adapter, message, hook.vendor.account).changes
    delivery = replace(
        new_delivery(source_id, message.body, hook.adapter.mask(message.body), (), now=now),
        trust=proof.trust,
        credential=proof.credential,
    )
    with in_time(), current().transaction() as session:
        items = project(session, changes, hook.vendor, delivery.delivery_id, now=now)
        results = ingest(session, [Sent(replace(delivery, items=len(items)), items)], now=now)[0]
    told = hook.adapter.answer
    if told is None:
        return answer(delivery, results, HTTPStatus.ACCEPTED)
    return Response(told.body, told.status, content_type=told.content_type)


def _hook(source_id: str) -> _Hook:
    """The source of this name with all that its messages need, if they are of a kind we can check."""
    with in_time(), current().reading() as session:
        source = find_source(session, source_id)
        if source is None or source.kind not in ADAPTERS:
            raise UnknownSourceError(source_id)
        keys, kept = source_keys(session, source_id), mapping_in_force(session, source_id)
    vendor = vendor_of(source, kept, current().settings.rules_dir)
    return _Hook(source, ADAPTERS[source.kind], keys, vendor)
