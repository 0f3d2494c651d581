"""`/v1/periods`: the months and their close."""

from __future__ import annotations

from marshmallow import Schema, fields

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.period import Period
from service.flows.close import close
from service.reports.company import company_today
from service.runtime import current

blueprint = Blueprint("periods", __name__, url_prefix="/v1/periods", description="Months and their close.")


class ClosedSchema(Schema):
    """What a close did."""

    period = fields.Function(lambda closed: str(closed.period), metadata={"type": "string", "example": "2026-10"})
    version = fields.Integer(metadata={"description": "Number of the closing that holds"})
    document_hash = fields.String(metadata={"description": "sha256 of the closing document"})


@blueprint.post("/<period>/close")
@requires("periods:write")
@blueprint.response(200, ClosedSchema)
def close_period(period: str) -> object:
    """Close a month: freeze its lines, post the ledger entries, issue the statements."""
    runtime = current()
    now = runtime.now()
    with runtime.transaction() as session:
        return close(session, Period.parse(period), credential().name, today=company_today(session, now), now=now)
