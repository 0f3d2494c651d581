"""`/v1/payouts`: what finance pays for a closed month, as JSON or CSV."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, jsonify, request
from marshmallow import Schema, fields

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.api.tables import CSV, TEXT, FormatSchema, wants_csv
from service.domain.period import Period
from service.flows.note_look import note_look
from service.reports.payouts import payout_csv, payout_document, payout_report
from service.runtime import current

blueprint = Blueprint("payouts", __name__, url_prefix="/v1/payouts", description="Payout reports of closed months.")

EVERYBODY = "everybody"
"""Whose money a payout report shows, in the audit log."""


class PayoutSchema(Schema):
    """What is paid to one person for one month worked."""

    person = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    team = fields.String(required=True)
    personnel_number = fields.String(required=True)
    legal_entity = fields.String(required=True)
    cost_centre = fields.String(required=True)
    pay_channel = fields.String(required=True)
    month = fields.String(required=True, metadata={"description": "The month worked, `2026-10`"})
    amount = fields.String(required=True, metadata={"description": "Decimal text"})
    currency = fields.String(required=True)
    held_back = fields.String(required=True)
    advanced = fields.String(required=True)


class PayoutsSchema(Schema):
    """The payout report of a closed month."""

    period = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": ["closed", "approved", "paid"]})
    version = fields.Integer(required=True, metadata={"description": "Number of the closing that holds"})
    currency = fields.String(required=True)
    document_hash = fields.String(required=True)
    people = fields.Integer(required=True)
    total = fields.String(required=True, metadata={"description": "Decimal text"})
    payouts = fields.List(fields.Nested(PayoutSchema), required=True)


@blueprint.get("/<period>")
@requires("payouts:read")
@blueprint.arguments(FormatSchema, location="query")
@blueprint.alt_response(200, schema=PayoutsSchema, headers={"ETag": {"required": True, "schema": TEXT}})
@blueprint.alt_response(200, schema=TEXT, content_type=CSV)
@blueprint.alt_response(304, description="Nothing changed since the ETag in If-None-Match")
@blueprint.alt_response(409, "CONFLICT")
def read_payouts(query: Mapping[str, str], period: str) -> Response:
    """The payout report of a closed month: `Accept: text/csv` or `?format=csv` gives CSV."""
    with current().reading() as session:
        report = payout_report(session, Period.parse(period))
    with current().transaction() as session:
        note_look(session, credential().name, EVERYBODY, period, now=current().now())
    as_csv = wants_csv(query["format"])
    response = Response(payout_csv(report), mimetype=CSV) if as_csv else jsonify(payout_document(report))
    response.set_etag(f"{report.document_hash}-{'csv' if as_csv else 'json'}")
    response.make_conditional(request)
    return response
