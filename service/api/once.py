"""Requests with an Idempotency-Key: done once, and answered the same whenever they are sent again."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar, cast

from flask import Response, g, make_response, request

from service.api.errors import answer_mistake
from service.api.reader import received_body
from service.api.request_id import request_id
from service.domain.errors import BusyError, StimulError
from service.domain.rate import TooManyRequestsError
from service.domain.repetition import Answer, Request, answer_again, name_of
from service.flows.begin_request import begin_request
from service.flows.end_request import end_request
from service.runtime import current

LOG = logging.getLogger(__name__)

HEADER = "Idempotency-Key"

REPLAYED = "Idempotent-Replayed"

PATH_CHARACTERS = 255
"""Longest path that is told apart; ours are a third of it."""

_Answer = TypeVar("_Answer")


def once(credential: str, view: Callable[[], _Answer]) -> _Answer:
    """What the view answers; for a POST that was sent before under the same Idempotency-Key, what it answered then."""
    header = request.headers.get(HEADER)
    if header is None or request.method != "POST":
        return view()
    asked = _asked(credential, header)
    with current().transaction() as session:
        earlier = begin_request(session, asked, now=current().now())
    if earlier is not None:
        return cast("_Answer", _again(answer_again(asked, earlier)))
    return cast("_Answer", _first(asked, view))


def _first(asked: Request, view: Callable[[], object]) -> Response:
    kept: Answer | None = None
    try:
        try:
            answer = make_response(view())
        except (BusyError, TooManyRequestsError):
            raise
        except StimulError as mistake:
            answer = answer_mistake(mistake)
        # A secret that is shown once is kept nowhere: such a request is done anew when it is repeated.
        if answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR and not answer.cache_control.no_store:
            kept = Answer(answer.status_code, answer.content_type or "", g.get("delivery_id", ""), answer.get_data())
        return answer
    finally:
        _end(asked, kept)


def _end(asked: Request, kept: Answer | None) -> None:
    try:
        with current().transaction() as session:
            end_request(session, asked, kept)
    except BusyError:
        # The work itself is done or refused as a whole; sent again, every endpoint finds out by itself.
        LOG.warning("the answer to request %s could not be kept", request_id())


def _again(answer: Answer) -> Response:
    made = Response(answer.body, answer.status, content_type=answer.content_type)
    made.headers[REPLAYED] = "true"
    if answer.delivery_id:
        g.delivery_id = answer.delivery_id
    return made


def _asked(credential: str, header: str) -> Request:
    name = name_of(header)
    if not header.strip().startswith('"'):
        LOG.info("request %s has an %s without quotes", request_id(), HEADER)
    fingerprint = hashlib.sha256(received_body()).hexdigest()
    path = request.full_path.rstrip("?")
    if len(path) > PATH_CHARACTERS:
        path = hashlib.sha256(path.encode()).hexdigest()
    return Request(credential, request.method, path, name, fingerprint)
