"""`/v1/periods`: the months, their close, and who signs it."""

from __future__ import annotations

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.approval import Signer, SignerUnknownError
from service.domain.period import Period
from service.flows.approve import approve
from service.flows.close import close
from service.flows.mark_due_ramps import mark_due_ramps
from service.flows.mark_unscored import mark_unscored
from service.flows.note_look import note_look
from service.flows.pay import pay
from service.flows.withdraw import withdraw
from service.reports.company import company_today
from service.reports.period_dates import period_documents
from service.reports.periods import shown_period
from service.reports.reminders import period_document
from service.runtime import current

blueprint = Blueprint("periods", __name__, url_prefix="/v1/periods", description="Months and their close.")


EVERYBODY = "everybody"
"""Whose money a closing document shows, in the audit log."""


class ClosedSchema(Schema):
    """What a close or a payment did."""

    period = fields.Function(lambda closed: str(closed.period), metadata={"type": "string", "example": "2026-10"})
    version = fields.Integer(metadata={"description": "Number of the closing that holds"})
    document_hash = fields.String(metadata={"description": "sha256 of the document"})


class ApprovalSchema(Schema):
    """What is approved."""

    document_hash = fields.String(
        required=True,
        validate=validate.Regexp("^[0-9a-f]{64}$"),
        metadata={"description": "Of the closing document that was read: `GET /v1/periods/{period}` gives both"},
    )


class WithdrawalSchema(Schema):
    """Why a closing is withdrawn."""

    reason = fields.String(required=True, metadata={"example": "The October targets of Sofia were last year's"})


class PeriodSchema(Schema):
    """A period as it stands."""

    period = fields.Function(lambda row: str(row.period), metadata={"type": "string", "example": "2026-10"})
    state = fields.Function(lambda row: row.state.value, metadata={"type": "string", "example": "closed"})
    version = fields.Integer(metadata={"description": "Number of the closing that holds; 0 before the first"})


class DatedPeriodSchema(Schema):
    """A period as it stands, and the days of its end."""

    period = fields.String(required=True, metadata={"example": "2026-10"})
    state = fields.String(required=True, metadata={"description": "open, settling, closed, approved or paid"})
    version = fields.Integer(
        required=True, metadata={"description": "Number of the closing that holds; 0 before the first"}
    )
    calculate_on = fields.String(required=True, allow_none=True, metadata={"example": "2026-11-05"})
    review_until = fields.String(required=True, allow_none=True, metadata={"example": "2026-11-06T12:00:00+02:00"})
    pay_on = fields.String(required=True, allow_none=True, metadata={"example": "2026-11-13"})


@blueprint.get("")
@requires("payouts:read")
@blueprint.response(200, DatedPeriodSchema(many=True))
def read_periods() -> object:
    """Every month something was done with, the present one and the one before: its state and the days of its end."""
    runtime = current()
    with runtime.reading() as session:
        return period_documents(session, runtime.period_calendar, now=runtime.now())


@blueprint.get("/<period>")
@requires("payouts:read")
@blueprint.alt_response(200, description="The closing that holds with its document, and what was signed about it")
def read_period(period: str) -> Response:
    """The closing document that an approval is for, what was signed about it, and what is to be done next."""
    runtime = current()
    with runtime.reading() as session:
        found = period_document(session, Period.parse(period), runtime.period_calendar, now=runtime.now())
    with runtime.transaction() as session:
        note_look(session, credential().name, EVERYBODY, period, now=runtime.now())
    return jsonify(found)


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
        key = credential()
        today = company_today(session, now)
        return close(session, month, key.name, today=today, now=now, person_id=key.person_id)


@blueprint.post("/<period>/approve")
@requires("periods:approve")
@blueprint.arguments(ApprovalSchema)
@blueprint.response(200, PeriodSchema)
def approve_period(asked: dict[str, str], period: str) -> object:
    """Approve the closing whose document was read; above an amount the month waits for a second person."""
    runtime, key = current(), credential()
    if key.person_id is None:
        raise SignerUnknownError
    signer = Signer(key.name, key.person_id)
    limit = runtime.settings.second_approval_above_minor
    with runtime.transaction() as session:
        return approve(
            session,
            Period.parse(period),
            asked["document_hash"],
            signer,
            second_above_minor=limit,
            now=runtime.now(),
        )


@blueprint.post("/<period>/withdraw")
@requires("periods:write")
@blueprint.arguments(WithdrawalSchema)
@blueprint.response(200, PeriodSchema)
def withdraw_period(asked: dict[str, str], period: str) -> object:
    """Take a closing back that was not approved: its entries are mirrored, its statements stay readable."""
    runtime = current()
    month, now = Period.parse(period), runtime.now()
    with runtime.transaction() as session:
        withdraw(session, month, asked["reason"], credential().name, now=now)
        return shown_period(session, month, now=now)


@blueprint.post("/<period>/pay")
@requires("periods:approve")
@blueprint.response(200, ClosedSchema)
def pay_period(period: str) -> object:
    """Note that an approved month was paid; the hash is the one of the payment document."""
    runtime = current()
    with runtime.transaction() as session:
        return pay(session, Period.parse(period), credential().name, now=runtime.now())
