"""`/v1/payouts`: what finance pays for a closed month, as JSON or CSV."""

from __future__ import annotations

from flask import Response, jsonify, request

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.period import Period
from service.flows.note_look import note_look
from service.reports.payouts import payout_csv, payout_document, payout_report
from service.runtime import current

blueprint = Blueprint("payouts", __name__, url_prefix="/v1/payouts", description="Payout reports of closed months.")

CSV = "text/csv"

EVERYBODY = "everybody"
"""Whose money a payout report shows, in the audit log."""


@blueprint.get("/<period>")
@requires("payouts:read")
def read_payouts(period: str) -> Response:
    """The payout report of a closed month: `Accept: text/csv` or `?format=csv` gives CSV."""
    with current().reading() as session:
        report = payout_report(session, Period.parse(period))
    with current().transaction() as session:
        note_look(session, credential().name, EVERYBODY, period, now=current().now())
    wants_csv = request.args.get("format", "") == "csv" or request.accept_mimetypes.best == CSV
    response = Response(payout_csv(report), mimetype=CSV) if wants_csv else jsonify(payout_document(report))
    response.set_etag(f"{report.document_hash}-{'csv' if wants_csv else 'json'}")
    response.make_conditional(request)
    return response
