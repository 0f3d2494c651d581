"""`/v1/events`: events in, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.event_schemas import TraceSchema
from service.api.reader import Blueprint
from service.domain.key import Scope
from service.reports.event_trace import trace_by_id, trace_by_receipt
from service.runtime import current

blueprint = Blueprint("events", __name__, url_prefix="/v1/events", description="What happened in the CRM.")

IDENTITY = validate.Length(min=1, max=255)


class WantedSchema(Schema):
    """Which event is asked for."""

    source = fields.String(required=True, validate=IDENTITY)
    external_id = fields.String(required=True, validate=IDENTITY)


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


def _confined() -> str | None:
    """A key made for a source sees that source's events alone."""
    return None if credential().allows(Scope.ADMIN) else credential().source_id
