"""`/v1/periods`: the months and their close."""

from __future__ import annotations

from marshmallow import Schema, fields

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.period import Period
from service.flows.close import close
from service.flows.mark_due_ramps import mark_due_ramps
from service.flows.mark_unscored import mark_unscored
from service.reports.company import company_today
from service.reports.periods import all_periods
from service.runtime import current

blueprint = Blueprint("periods", __name__, url_prefix="/v1/periods", description="Months and their close.")


class ClosedSchema(Schema):
    """What a close did."""

    period = fields.Function(lambda closed: str(closed.period), metadata={"type": "string", "example": "2026-10"})
    version = fields.Integer(metadata={"description": "Number of the closing that holds"})
    document_hash = fields.String(metadata={"description": "sha256 of the closing document"})


class PeriodSchema(Schema):
    """A period as it stands."""

    period = fields.Function(lambda row: str(row.period), metadata={"type": "string", "example": "2026-10"})
    state = fields.Function(lambda row: row.state.value, metadata={"type": "string", "example": "closed"})
    version = fields.Integer(metadata={"description": "Number of the closing that holds; 0 before the first"})


@blueprint.get("")
@requires("payouts:read")
@blueprint.response(200, PeriodSchema(many=True))
def read_periods() -> object:
    """Every month something was done with, and its state."""
    with current().reading() as session:
        return all_periods(session, now=current().now())


@blueprint.post("/<period>/close")
@requires("periods:write")
@blueprint.response(200, ClosedSchema)
def close_period(period: str) -> object:
    """Close a month: freeze its lines, post the ledger entries, issue the statements."""
    runtime, month = current(), Period.parse(period)
    now = runtime.now()
    # Committed first: who was never scored is asked for even if the close has to wait for them.
    with runtime.transaction() as session:
        mark_unscored(session, month, now=now)
        mark_due_ramps(session, company_today(session, now), now=now)
    with runtime.transaction() as session:
        return close(session, month, credential().name, today=company_today(session, now), now=now)
