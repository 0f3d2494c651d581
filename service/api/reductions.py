"""`/v1/reductions`: what closed months are worth less, and what finance decides about it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.approval import Signer, SignerUnknownError
from service.domain.period import Period
from service.domain.reduction import ReductionState, Verdict
from service.flows.decide_reduction import Decided, decide_reduction
from service.flows.note_look import note_look
from service.reports.reductions import decision_document, reductions_in
from service.runtime import current

blueprint = Blueprint(
    "reductions", __name__, url_prefix="/v1", description="Net reductions of closed months, and what becomes of them."
)

EVERYBODY = "everybody"
"""Whose money a list shows, in the audit log."""

VERDICTS = [verdict.value for verdict in Verdict]


class ReductionsQuerySchema(Schema):
    """Which reductions."""

    state = fields.Enum(ReductionState, by_value=True, load_default=ReductionState.WAITS)
    person = fields.String(load_default=None, metadata={"description": "Only this person's"})


class VerdictSchema(Schema):
    """What is decided, and on what basis."""

    verdict = fields.Enum(Verdict, by_value=True, required=True)
    reference = fields.String(
        load_default="",
        metadata={
            "description": "Where the basis is written: the consent, the document, or the rule of the plan",
            "example": "consent 2026/114",
        },
    )
    why = fields.String(required=True)


class ReductionDecisionSchema(Schema):
    """A decision."""

    verdict = fields.String(required=True, metadata={"enum": VERDICTS})
    reference = fields.String(required=True)
    why = fields.String(required=True)
    amount = fields.String(required=True, metadata={"description": "What waited then"})
    decided_at = fields.String(required=True)
    decided_by = fields.String(required=True)


class ReductionSchema(Schema):
    """A reduction of a closed month."""

    person = fields.String(required=True)
    name = fields.String(required=True)
    month = fields.String(required=True, metadata={"description": "The month that is worth less"})
    posted_in = fields.String(required=True, metadata={"description": "The month whose closing posted it"})
    posted_in_state = fields.String(
        required=True, metadata={"description": "It is decided about once this is approved"}
    )
    state = fields.String(required=True, metadata={"enum": [state.value for state in ReductionState]})
    amount = fields.String(required=True)
    set_off = fields.String(required=True)
    written_off = fields.String(required=True)
    made_good = fields.String(required=True, metadata={"description": "By later corrections of the same month"})
    remaining = fields.String(required=True)
    decisions = fields.List(fields.Nested(ReductionDecisionSchema), required=True)


@blueprint.get("/reductions")
@requires("payouts:read")
@blueprint.arguments(ReductionsQuerySchema, location="query")
@blueprint.response(HTTPStatus.OK, ReductionSchema(many=True))
def read_reductions(asked: Mapping[str, Any]) -> object:
    """Reductions that closings posted; those that wait for a decision, unless another state is asked for."""
    with current().reading() as session:
        found = reductions_in(session, asked["state"], asked["person"])
    with current().transaction() as session:
        note_look(session, credential().name, asked["person"] or EVERYBODY, "reductions", now=current().now())
    return found


@blueprint.post("/reductions/<person_id>/<month>/<posted_in>:decide")
@requires("periods:approve")
@blueprint.arguments(VerdictSchema)
@blueprint.response(HTTPStatus.OK, ReductionDecisionSchema)
def decide(asked: Mapping[str, Any], person_id: str, month: str, posted_in: str) -> Response:
    """Give the basis on which what waits is set off against later variable pay, or write it off."""
    runtime, key = current(), credential()
    if key.person_id is None:
        raise SignerUnknownError
    wanted = Decided(
        (person_id, Period.parse(month), Period.parse(posted_in)), asked["verdict"], asked["reference"], asked["why"]
    )
    with runtime.transaction() as session:
        decision = decide_reduction(session, wanted, Signer(key.name, key.person_id), now=runtime.now())
    return jsonify(decision_document(decision))
