"""`/v1/targets`: what each person is asked for in a month, and who set it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.period import Period
from service.domain.target import TargetRow
from service.flows.assign_targets import assign_targets
from service.reports.ramps import ramp_rows
from service.reports.targets import target_document, targets_of
from service.runtime import current

blueprint = Blueprint(
    "targets", __name__, url_prefix="/v1/targets", description="Targets assigned by person and month."
)


class TargetSchema(Schema):
    """A target of one person in one month."""

    person_id = fields.String(required=True)
    period = fields.String(required=True, metadata={"example": "2026-10"})
    standard = fields.String(required=True, metadata={"description": "Id of a standard of the person's plan"})
    amount = fields.String(
        required=True, metadata={"description": "Decimal text in units of the metric", "example": "250"}
    )


class TargetsSchema(Schema):
    """Targets to set: all of them or none."""

    targets = fields.List(fields.Nested(TargetSchema), required=True, validate=validate.Length(min=1))


class AssignedSchema(Schema):
    """What an assignment of targets did."""

    new = fields.Integer(metadata={"description": "Targets that were not set to this already"})


class TargetOfSchema(TargetSchema):
    """A target as it was set."""

    set_by = fields.String()
    set_at = fields.AwareDateTime()
    holds = fields.Boolean(metadata={"description": "No later one was set"})


class RampStepSchema(Schema):
    """A step by which a target rises, per unit of its standard; of a schedule the share that is asked."""

    person_id = fields.String()
    standard = fields.String()
    from_ = fields.Date(data_key="from", attribute="from")
    to = fields.Date()
    asked = fields.String(metadata={"description": "Decimal text, or a percentage", "example": "132"})
    target = fields.String(metadata={"description": "What the table asks in the end", "example": "250"})
    held = fields.Boolean(metadata={"description": "The step waited because the group was behind"})
    decided = fields.Boolean(metadata={"description": "False while the week before is not over"})
    reason = fields.String()


class MonthSchema(Schema):
    """Which month is asked for."""

    period = fields.String(required=True, metadata={"example": "2026-10"})


@blueprint.post("")
@requires("targets:write")
@blueprint.arguments(TargetsSchema)
@blueprint.response(200, AssignedSchema)
def post_targets(body: Mapping[str, Any]) -> object:
    """Set targets in the name of the API key; one for a closed month leads to an adjustment."""
    rows = [TargetRow(f"/targets/{place}/{{}}", **item) for place, item in enumerate(body["targets"])]
    with current().transaction() as session:
        return {"new": assign_targets(session, rows, credential().name, now=current().now())}


@blueprint.get("")
@requires("targets:write")
@blueprint.arguments(MonthSchema, location="query")
@blueprint.response(200, TargetOfSchema(many=True))
def read_targets(asked: Mapping[str, str]) -> object:
    """Every target ever set for a month, with its author."""
    with current().reading() as session:
        return [target_document(found) for found in targets_of(session, Period.parse(asked["period"]))]


@blueprint.get("/ramps")
@requires("targets:write")
@blueprint.arguments(MonthSchema, location="query")
@blueprint.response(200, RampStepSchema(many=True))
def read_ramps(asked: Mapping[str, str]) -> object:
    """The steps by which targets rise in a month, each with the reason why it rose or waited."""
    with current().reading() as session:
        return list(ramp_rows(session, Period.parse(asked["period"])))
