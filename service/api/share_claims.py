"""`/v1/share-claims`: shares of deals that senders named, and the decisions about them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.decisions import DecisionSchema, decision
from service.api.reader import Blueprint
from service.domain.share_claim import ClaimState
from service.flows.decide_shares import decide_shares
from service.reports.share_claims import list_share_claims
from service.runtime import current

blueprint = Blueprint("share_claims", __name__, url_prefix="/v1", description="Shares of deals that senders named.")

PAGE, PAGE_AT_MOST = 100, 1_000
"""Claims of a page: a screen or two unless asked for more; a full page is a second's work."""

LAST_NUMBER = 2**63 - 1
"""The highest number that an event can have in the databases."""


class ClaimsQuerySchema(Schema):
    """A page of claims in one state."""

    state = fields.Enum(ClaimState, by_value=True, load_default=ClaimState.HELD)
    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, PAGE_AT_MOST))
    after = fields.Integer(
        load_default=0,
        validate=validate.Range(0, LAST_NUMBER),
        metadata={"description": "`next_after` of the page before"},
    )


class SentShareSchema(Schema):
    """What the sender said of one part."""

    person = fields.String(required=True, metadata={"description": "The sender's user id"})
    part = fields.String(required=True)
    share = fields.String(required=True, allow_none=True, metadata={"description": "Exact, in percent"})


class ShareClaimDecisionSchema(Schema):
    """Whether sent shares wait, hold or were refused."""

    state = fields.String(required=True, metadata={"enum": [state.value for state in ClaimState]})
    claimed_at = fields.String(required=True)
    decided_at = fields.String(required=True, allow_none=True)
    decided_by = fields.String(required=True)


class ShareClaimSchema(ShareClaimDecisionSchema):
    """An event whose sent shares differ from the company's."""

    receipt_id = fields.String(required=True)
    source = fields.String(required=True)
    id = fields.String(required=True)
    type = fields.String(required=True)
    day = fields.String(required=True)
    credit = fields.List(fields.Nested(SentShareSchema), required=True)


class ShareClaimsSchema(Schema):
    """A page of claims."""

    claims = fields.List(fields.Nested(ShareClaimSchema), required=True)
    next_after = fields.Integer(required=True, allow_none=True)


class ShareClaimStateSchema(Schema):
    """What became of it."""

    receipt_id = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in ClaimState]})


@blueprint.get("/share-claims")
@requires("flags:write")
@blueprint.arguments(ClaimsQuerySchema, location="query")
@blueprint.response(HTTPStatus.OK, ShareClaimsSchema)
def read_share_claims(asked: Mapping[str, Any]) -> object:
    """Shares that senders named and that differ from the company's; those that wait, unless another state is asked."""
    with current().reading() as session:
        own = credential().source_id
        claims, rest = list_share_claims(session, asked["state"], asked["after"], asked["limit"], own)
        return {"claims": claims, "next_after": rest}


@blueprint.post("/share-claims/<receipt_id>:approve")
@requires("flags:write")
@blueprint.arguments(DecisionSchema)
@blueprint.response(HTTPStatus.OK, ShareClaimStateSchema)
def approve_shares(asked: Mapping[str, Any], receipt_id: str) -> Response:
    """Split the money of the event by the shares its sender named."""
    return _decided(receipt_id, ClaimState.APPROVED, asked["why"])


@blueprint.post("/share-claims/<receipt_id>:reject")
@requires("flags:write")
@blueprint.arguments(DecisionSchema)
@blueprint.response(HTTPStatus.OK, ShareClaimStateSchema)
def reject_shares(asked: Mapping[str, Any], receipt_id: str) -> Response:
    """Leave the event with the company's shares."""
    return _decided(receipt_id, ClaimState.REFUSED, asked["why"])


def _decided(receipt_id: str, state: ClaimState, why: str) -> Response:
    with current().transaction() as session:
        decide_shares(session, receipt_id, state, decision(why), credential().source_id)
    return jsonify({"receipt_id": receipt_id, "state": state})
