"""`/v1/holds` and the decisions about held events: holding, releasing and rejecting them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields

from service.api.auth import requires
from service.api.decisions import DecisionSchema, decision
from service.api.reader import Blueprint
from service.domain.hold import Hold, HoldState
from service.flows.decide_hold import decide_hold
from service.flows.hold_event import hold_event
from service.reports.holds import open_holds
from service.runtime import current

blueprint = Blueprint("holds", __name__, url_prefix="/v1", description="Events that a person decides about.")


class HoldSchema(Schema):
    """Why an event is not to count for now, who decides about it, and by which day."""

    why = fields.String(required=True)
    reviewer = fields.String(required=True)
    due_on = fields.Date(required=True)


class HeldSchema(Schema):
    """An event that is held."""

    receipt_id = fields.String(required=True)
    source = fields.String(required=True)
    id = fields.String(required=True)
    type = fields.String(required=True)
    time = fields.String(required=True)
    person = fields.String(required=True, allow_none=True)
    why = fields.String(required=True)
    reviewer = fields.String(required=True)
    due_on = fields.String(required=True)
    held_at = fields.String(required=True)
    held_by = fields.String(required=True)


class HoldsSchema(Schema):
    """Everything that is held."""

    held = fields.List(fields.Nested(HeldSchema), required=True)


class HoldStateSchema(Schema):
    """What became of it."""

    receipt_id = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in HoldState]})


@blueprint.get("/holds")
@requires("flags:write")
@blueprint.response(HTTPStatus.OK, HoldsSchema)
def read_holds() -> object:
    """Every event that waits for a decision, the earliest due first."""
    with current().reading() as session:
        return {"held": open_holds(session)}


@blueprint.post("/events/<receipt_id>:hold")
@requires("flags:write")
@blueprint.arguments(HoldSchema)
@blueprint.response(HTTPStatus.OK, HoldStateSchema)
def hold(asked: Mapping[str, Any], receipt_id: str) -> Response:
    """Keep an event from counting until somebody has decided; its owner sees why, and by when."""
    wanted = Hold(asked["why"], asked["reviewer"], asked["due_on"])
    with current().transaction() as session:
        hold_event(session, receipt_id, wanted, decision(asked["why"]))
    return jsonify({"receipt_id": receipt_id, "state": HoldState.HELD})


@blueprint.post("/events/<receipt_id>:release")
@requires("flags:write")
@blueprint.arguments(DecisionSchema)
@blueprint.response(HTTPStatus.OK, HoldStateSchema)
def release(asked: Mapping[str, Any], receipt_id: str) -> Response:
    """Let a held event count."""
    return _decided(receipt_id, HoldState.RELEASED, asked["why"])


@blueprint.post("/events/<receipt_id>:reject")
@requires("flags:write")
@blueprint.arguments(DecisionSchema)
@blueprint.response(HTTPStatus.OK, HoldStateSchema)
def reject(asked: Mapping[str, Any], receipt_id: str) -> Response:
    """Let a held event never count."""
    return _decided(receipt_id, HoldState.REJECTED, asked["why"])


def _decided(receipt_id: str, state: HoldState, why: str) -> Response:
    with current().transaction() as session:
        decide_hold(session, receipt_id, state, decision(why))
    return jsonify({"receipt_id": receipt_id, "state": state})
