"""`/v1/deliveries`: each request of a sender as it was taken, and what became of its items."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.moments import Moment
from service.api.reader import Blueprint
from service.domain.key import Scope
from service.reports.deliveries import get_delivery, list_deliveries
from service.runtime import current

blueprint = Blueprint("deliveries", __name__, url_prefix="/v1/deliveries", description="Requests of senders.")

PAGE, PAGE_AT_MOST = 50, 500
"""Deliveries of a list; older ones are asked for with `before`."""


class AskedSchema(Schema):
    """Which deliveries."""

    source = fields.String()
    before = Moment(metadata={"description": "Received before then; now if left out"})
    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, PAGE_AT_MOST))


class OtherSchema(Schema):
    """An item that neither counts nor was known."""

    index = fields.Integer(required=True)
    id = fields.String(required=True, allow_none=True)
    status = fields.String(required=True)
    reason = fields.String(required=True)


class DeliverySchema(Schema):
    """One delivery."""

    delivery_id = fields.String(required=True)
    source = fields.String(required=True)
    received_at = fields.String(required=True)
    content_type = fields.String(required=True)
    body_hash = fields.String(required=True, metadata={"description": "sha256 of the body as it came"})
    trust = fields.Integer(required=True)
    credential = fields.String(required=True, allow_none=True, metadata={"description": "Id of the key"})
    items = fields.Integer(required=True)
    summary = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    others = fields.List(fields.Nested(OtherSchema), required=True)


@blueprint.get("")
@requires("events:read")
@blueprint.arguments(AskedSchema, location="query")
@blueprint.response(HTTPStatus.OK, DeliverySchema(many=True))
def read_deliveries(asked: Mapping[str, Any]) -> Response:
    """The latest deliveries, the newest first."""
    before = asked.get("before") or current().now() + timedelta(seconds=1)
    source_id = _confined() or asked.get("source")
    with current().reading() as session:
        return jsonify(list_deliveries(session, source_id, before, asked["limit"]))


@blueprint.get("/<delivery_id>")
@requires("events:read")
@blueprint.response(HTTPStatus.OK, DeliverySchema)
def read_delivery(delivery_id: str) -> Response:
    """One delivery, by the id that its answer carried."""
    with current().reading() as session:
        return jsonify(get_delivery(session, delivery_id, _confined()))


def _confined() -> str | None:
    """A key made for a source sees that source's deliveries alone."""
    return None if credential().allows(Scope.ADMIN) else credential().source_id
