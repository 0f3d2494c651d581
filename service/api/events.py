"""`/v1/events`: events in, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.batch import BatchSchema, answer, batch_status, demand_all_taken, new_delivery
from service.api.reader import MAX_BODY_BYTES, Blueprint, json_only, measured, read_body
from service.domain.errors import ForbiddenError
from service.domain.event import Operation, Part
from service.domain.key import Scope
from service.domain.source import SourceRetiredError
from service.flows.ingest import ingest
from service.reports.event_trace import trace_by_id, trace_by_receipt
from service.reports.sources import find_source
from service.runtime import current
from service.sources.json_text import read_json
from service.sources.native import MAX_ITEMS, read_items

blueprint = Blueprint("events", __name__, url_prefix="/v1/events", description="What happened in the CRM.")

IDENTITY = validate.Length(min=1, max=255)


class KeyWithoutSourceError(ForbiddenError):
    """A key that was made for no source tried to send events."""

    code = "key_without_source"

    def __init__(self) -> None:
        super().__init__("This API key belongs to no source, so nobody knows whose events these are. Use the source's.")


class CreditSchema(Schema):
    """A person's part in an event."""

    person = fields.String(required=True, metadata={"description": "The sender's user id"})
    part = fields.String(required=True, validate=validate.OneOf([part.value for part in Part]))
    share = fields.Decimal(metadata={"description": "Percent"})


class EventSchema(Schema):
    """One thing that happened."""

    id = fields.String(required=True, validate=IDENTITY, metadata={"description": "Stable across retries"})
    source = fields.String(metadata={"description": "If given, the source of the API key"})
    type = fields.String(required=True, metadata={"example": "deal.won"})
    time = fields.AwareDateTime(required=True, metadata={"description": "RFC 3339 with offset"})
    subject = fields.String(metadata={"description": "Who did it: the sender's user id"})
    credit = fields.List(fields.Nested(CreditSchema))
    version = fields.Integer()
    op = fields.String(validate=validate.OneOf([op.value for op in Operation]))
    target = fields.String(metadata={"description": "Id of the event that `op` corrects"})
    data = fields.Dict(metadata={"example": {"deal_id": "8", "amount": "1500.00", "currency": "EUR"}})


class WantedSchema(Schema):
    """Which event is asked for."""

    source = fields.String(required=True, validate=IDENTITY)
    external_id = fields.String(required=True, validate=IDENTITY)


class TraceSchema(Schema):
    """What became of an event."""

    receipt_id = fields.String(required=True)
    source = fields.String(required=True)
    id = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": ["accepted", "quarantined"]})
    reason = fields.String()
    late = fields.Boolean(required=True)
    period = fields.String(required=True)
    person = fields.String(allow_none=True)
    event = fields.Dict(required=True)
    counted_for = fields.List(fields.Dict(), required=True)
    corrected_by = fields.List(fields.Dict(), required=True)
    conflicts = fields.List(fields.Dict(), required=True)


_ONE_OR_MANY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "oneOf": [EventSchema, {"type": "array", "items": EventSchema, "maxItems": MAX_ITEMS}],
            }
        }
    },
}


@blueprint.post("")
@measured(MAX_BODY_BYTES)
@json_only
@requires("events:write")
@blueprint.doc(requestBody=_ONE_OR_MANY)
@blueprint.response(HTTPStatus.ACCEPTED, BatchSchema, description="Every event is known now")
@blueprint.alt_response(HTTPStatus.MULTI_STATUS, schema=BatchSchema, description="Read `results`: not all are accepted")
@blueprint.alt_response(HTTPStatus.UNPROCESSABLE_ENTITY, schema=BatchSchema, description="Every event was rejected")
def post_events() -> Response:
    """Send one event, or an array of up to 1,000. Sending again is always safe."""
    source_id = _own_source()
    body = read_body()
    items = read_items(read_json(body), source_id, len(body))
    now = current().now()
    delivery = new_delivery(source_id, body, body, items, now=now)
    with current().transaction() as session:
        results = ingest(session, delivery, items, now=now)
        demand_all_taken(results)
    return answer(delivery, results, batch_status(results))


@blueprint.get("")
@requires("events:read")
@blueprint.arguments(WantedSchema, location="query")
@blueprint.response(HTTPStatus.OK, TraceSchema)
def find_event(wanted: Mapping[str, str]) -> Response:
    """What became of an event, by its source and id."""
    with current().reading() as session:
        return jsonify(trace_by_id(session, wanted["source"], wanted["external_id"], _confined()))


@blueprint.get("/<receipt_id>")
@requires("events:read")
@blueprint.response(HTTPStatus.OK, TraceSchema)
def read_event(receipt_id: str) -> Response:
    """What became of an event, by its receipt."""
    with current().reading() as session:
        return jsonify(trace_by_receipt(session, receipt_id, _confined()))


def _own_source() -> str:
    """The source whose events the present key sends."""
    source_id = credential().source_id
    if source_id is None:
        raise KeyWithoutSourceError
    with current().reading() as session:
        source = find_source(session, source_id)
    if source is None or source.retired_at is not None:
        raise SourceRetiredError(source_id)
    return source_id


def _confined() -> str | None:
    """A key made for a source sees that source's events alone."""
    return None if credential().allows(Scope.ADMIN) else credential().source_id
