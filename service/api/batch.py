"""The answer to a delivery: what became of each item, in the order of the input."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from http import HTTPStatus

import msgspec
from flask import Response, g, request
from marshmallow import Schema, fields

from service.api.errors import PROBLEM_TYPE, answer_mistake
from service.api.problems import ProblemSchema
from service.api.request_id import delivery_id
from service.domain.delivery import Delivery, new_delivery_id
from service.domain.errors import InvalidError, Problem
from service.domain.event import Item, ItemResult, ItemState
from service.runtime import current

CONTENT_TYPE_CHARACTERS = 255
"""What is kept of the header; real ones are a tenth of it."""

LOG = logging.getLogger(__name__)

_WRITE = msgspec.json.Encoder()

_KNOWN = {ItemState.ACCEPTED, ItemState.DUPLICATE}


class ItemsRejectedError(InvalidError):
    """Every event of a request was rejected."""

    code = "items_rejected"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("None of the events can be taken. Mend what `errors` names and send them again.", problems)


class NotAllTakenError(InvalidError):
    """A strict request with an event that was not accepted: nothing of it was kept."""

    code = "not_all_taken"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            "You asked for all or nothing, and some events cannot be accepted: nothing was stored.", problems
        )


class ItemErrorSchema(Schema):
    """Why an item was not taken."""

    code = fields.String(required=True)
    detail = fields.String()
    pointer = fields.String(metadata={"description": "JSON Pointer into the body as sent"})


class ItemResultSchema(Schema):
    """What became of one item."""

    index = fields.Integer(required=True)
    id = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, metadata={"enum": [state.value for state in ItemState]})
    receipt_id = fields.String()
    existing_receipt_id = fields.String()
    stale = fields.Boolean(metadata={"description": "An older version than the one that holds"})
    first_received_at = fields.AwareDateTime()
    late = fields.Boolean(metadata={"description": "For a month that is closed: its money becomes an adjustment"})
    reason = fields.String(metadata={"description": "Why it waits for clarification"})
    detail = fields.String()
    retryable = fields.Boolean(metadata={"description": "Whether sending the same again can help"})
    error = fields.Nested(ItemErrorSchema)


class BatchSchema(Schema):
    """What became of a delivery."""

    delivery_id = fields.String(required=True)
    received_at = fields.AwareDateTime(required=True)
    summary = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    results = fields.List(fields.Nested(ItemResultSchema), required=True)


class RefusedBatchSchema(ProblemSchema):
    """A delivery of which nothing was taken: a problem, with the results where the items were looked at one by one."""

    delivery_id = fields.String()
    received_at = fields.AwareDateTime()
    summary = fields.Dict(keys=fields.String(), values=fields.Integer())
    results = fields.List(fields.Nested(ItemResultSchema))


_JSON = {"application/json": {"schema": BatchSchema}}

BATCH_RESPONSES = {
    "202": {"description": "Every event is known now", "content": _JSON},
    "207": {"description": "Not every event is: read `results`", "content": _JSON},
    "422": {"description": "No event was taken", "content": {PROBLEM_TYPE: {"schema": RefusedBatchSchema}}},
}
"""What an endpoint answers that takes events, in the OpenAPI document."""


def in_time() -> AbstractContextManager[None]:
    """A span in which the database may take what is left of its time for the present request of a sender."""
    if "budget" not in g:
        g.budget = current().answer_budget()
    budget: AbstractContextManager[None] = g.budget
    return budget


def new_delivery(source_id: str, body: bytes, masked: bytes, items: Sequence[Item], *, now: datetime) -> Delivery:
    """The present request as a delivery."""
    return Delivery(
        delivery_id=delivery_id(),
        source_id=source_id,
        received_at=now,
        content_type=request.headers.get("Content-Type", "")[:CONTENT_TYPE_CHARACTERS],
        body=masked,
        body_hash=hashlib.sha256(body).hexdigest(),
        items=len(items),
    )


def kept_delivery(source_id: str, body: bytes, items: Sequence[Item], *, now: datetime) -> Delivery:
    """Events that we wrote ourselves from what people decided, as a delivery of JSON."""
    made = delivery_id() if "delivery_id" in g else new_delivery_id()
    return Delivery(made, source_id, now, "application/json", body, hashlib.sha256(body).hexdigest(), len(items))


def wants_all_or_nothing() -> bool:
    """Whether the sender of the present request asked for that."""
    return "handling=strict" in request.headers.get("Prefer", "")


def demand_all_taken(results: Sequence[ItemResult]) -> None:
    """Refuse a request of all or nothing with an event that was not accepted; raised inside the transaction."""
    if batch_status(results) != HTTPStatus.ACCEPTED:
        raise NotAllTakenError(tuple(_problem(result) for result in results if result.state not in _KNOWN))


def batch_status(results: Sequence[ItemResult]) -> HTTPStatus:
    """202 where every item is known now, 422 where every one was rejected, 207 otherwise."""
    states = {result.state for result in results}
    if states <= _KNOWN:
        return HTTPStatus.ACCEPTED
    return HTTPStatus.UNPROCESSABLE_ENTITY if states == {ItemState.REJECTED} else HTTPStatus.MULTI_STATUS


def answer(delivery: Delivery, results: Sequence[ItemResult], status: HTTPStatus) -> Response:
    """The answer with every item; one that is all rejections is a problem document as well."""
    conflicts = [result.receipt_id for result in results if result.state is ItemState.CONFLICT]
    if conflicts:
        LOG.warning(
            "delivery %s contradicts %s known events, the first is %s",
            delivery.delivery_id,
            len(conflicts),
            conflicts[0],
        )
    document: dict[str, object] = {
        "delivery_id": delivery.delivery_id,
        "received_at": _time(delivery.received_at),
        "summary": Counter(result.state.value for result in results),
        "results": [_result(result) for result in results],
    }
    if status is HTTPStatus.UNPROCESSABLE_ENTITY:
        mistake = ItemsRejectedError(tuple(_problem(result) for result in results))
        made = answer_mistake(mistake, document)
    else:
        made = Response(_WRITE.encode(document), status, mimetype="application/json")
    return made


def _result(result: ItemResult) -> dict[str, object]:
    found: dict[str, object] = {"index": result.index, "id": result.external_id, "status": result.state.value}
    match result.state:
        case ItemState.ACCEPTED:
            found |= {"receipt_id": result.receipt_id}
        case ItemState.DUPLICATE:
            found |= {"receipt_id": result.receipt_id, "first_received_at": _time(result.first_received_at)}
        case ItemState.QUARANTINED:
            found |= {"receipt_id": result.receipt_id} | _waits(result)
        case ItemState.CONFLICT:
            found |= {"retryable": False, "existing_receipt_id": result.receipt_id, "error": _error(result)}
        case ItemState.REJECTED:
            found |= {"retryable": False, "error": _error(result)}
    flags = {"late": result.late, "stale": result.stale}
    return found | {name: True for name, is_set in flags.items() if is_set}


def _waits(result: ItemResult) -> dict[str, object]:
    assert result.quarantine is not None
    return {"reason": result.quarantine.reason.value, "detail": result.quarantine.detail}


def _error(result: ItemResult) -> dict[str, object]:
    problem = _problem(result)
    place = {"pointer": problem.pointer} if problem.pointer else {}
    return {"code": problem.code, "detail": problem.detail, **place}


def _problem(result: ItemResult) -> Problem:
    if result.rejection is not None:
        return Problem(result.rejection.code, result.rejection.detail, result.rejection.pointer)
    if result.quarantine is not None:
        return Problem(result.quarantine.reason.value, result.quarantine.detail, f"/{result.index}")
    detail = "An event with this id says something else. Send a change under an id of its own, as a correction."
    return Problem("content_mismatch", detail, f"/{result.index}")


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
