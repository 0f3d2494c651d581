"""`/v1/periods`: the months, their close, and who signs it."""

from __future__ import annotations

from flask import Response, jsonify, request
from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.reader import MAX_BODY_BYTES, Blueprint, measured, read_body
from service.api.reminders import ReminderSchema
from service.domain.approval import Signer, SignerUnknownError
from service.domain.checklist import Matter, Weight
from service.domain.errors import UnsupportedError
from service.domain.period import Period, PeriodState
from service.domain.returned_list import read_returned
from service.flows.approve import approve
from service.flows.close import close
from service.flows.mark_due_ramps import mark_due_ramps
from service.flows.mark_unscored import mark_unscored
from service.flows.note_look import note_look
from service.flows.pay import pay
from service.flows.withdraw import withdraw
from service.plans.payout_settings import payout_settings
from service.reports.checklist import checklist_document
from service.reports.company import company_today
from service.reports.period_dates import period_documents
from service.reports.periods import payment_told, shown_period
from service.reports.reminders import period_document
from service.runtime import current

blueprint = Blueprint("periods", __name__, url_prefix="/v1/periods", description="Months and their close.")


EVERYBODY = "everybody"
"""Whose money a closing document shows, in the audit log."""


CSV = "text/csv"

_LIST = {
    "required": True,
    "content": {CSV: {"schema": {"type": "string", "description": "The list of payroll, in the form of its file"}}},
}


class ListTypeError(UnsupportedError):
    """A list of payroll that is not called CSV."""

    code = "unsupported_list"

    def __init__(self) -> None:
        super().__init__(
            "Send the list as it is, with the header Content-Type: text/csv; its form is that of the payroll file."
        )


class ClosedSchema(Schema):
    """What a close did."""

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


class SignatureSchema(Schema):
    """An approval of a closing."""

    approved_at = fields.AwareDateTime(required=True)
    approved_by = fields.String(required=True)
    document_hash = fields.String(required=True)


class PaymentSchema(Schema):
    """What a list of payroll paid."""

    position = fields.Integer(required=True, metadata={"description": "Which list of the month it was, from 1"})
    paid_at = fields.AwareDateTime(required=True)
    paid_by = fields.String(required=True)
    document_hash = fields.String(required=True)
    document = fields.Dict(required=True, metadata={"description": "What it paid, what differs, and what is open"})


class NotedPaymentSchema(PaymentSchema):
    """A payment that was noted, and the month as it stands with it."""

    period = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [PeriodState.APPROVED.value, PeriodState.PAID.value]})


class WithdrawnSchema(Schema):
    """A closing that was taken back."""

    version = fields.Integer(required=True)
    withdrawn_at = fields.AwareDateTime(required=True)
    withdrawn_by = fields.String(required=True)
    reason = fields.String(required=True)


class SignedPeriodSchema(Schema):
    """A month with everything that was signed about it."""

    period = fields.String(required=True, metadata={"example": "2026-10"})
    state = fields.String(required=True, metadata={"enum": [state.value for state in PeriodState]})
    version = fields.Integer(required=True, metadata={"description": "Number of the closing that holds; 0: none"})
    document_hash = fields.String(required=True, metadata={"description": "sha256 of the document; empty: none"})
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_by = fields.String(required=True)
    document = fields.Dict(required=True, allow_none=True, metadata={"description": "What an approval is for"})
    approvals = fields.List(fields.Nested(SignatureSchema), required=True)
    payments = fields.List(fields.Nested(PaymentSchema), required=True)
    withdrawals = fields.List(fields.Nested(WithdrawnSchema), required=True)
    calculate_on = fields.String(required=True, allow_none=True)
    review_until = fields.String(required=True, allow_none=True)
    pay_on = fields.String(required=True, allow_none=True)
    reminders = fields.List(
        fields.Nested(ReminderSchema), required=True, metadata={"description": "What is to be done"}
    )


class CheckItemSchema(Schema):
    """One thing that was looked at."""

    matter = fields.String(required=True, metadata={"enum": [matter.value for matter in Matter]})
    weight = fields.String(required=True, metadata={"enum": [weight.value for weight in Weight]})
    count = fields.Integer(required=True, metadata={"description": "How often it was found; 0: all is well"})
    names = fields.List(fields.String(), required=True, metadata={"description": "The first of them"})
    what = fields.String(required=True)
    do = fields.String(required=True, metadata={"description": "What to do; empty where nothing was found"})


class ChecklistSchema(Schema):
    """Everything that is looked at before a month is closed."""

    period = fields.String(required=True, metadata={"example": "2026-10"})
    state = fields.String(required=True, metadata={"enum": [state.value for state in PeriodState]})
    closable = fields.Boolean(required=True, metadata={"description": "Whether nothing keeps it from being closed"})
    items = fields.List(fields.Nested(CheckItemSchema), required=True)


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
@blueprint.response(200, SignedPeriodSchema)
def read_period(period: str) -> Response:
    """The closing document that an approval is for, what was signed about it, and what is to be done next."""
    runtime = current()
    with runtime.reading() as session:
        found = period_document(session, Period.parse(period), runtime.period_calendar, now=runtime.now())
    with runtime.transaction() as session:
        note_look(session, credential().name, EVERYBODY, period, now=runtime.now())
    return jsonify(found)


@blueprint.get("/<period>/checklist")
@requires("payouts:read")
@blueprint.response(200, ChecklistSchema)
def read_checklist(period: str) -> object:
    """What keeps a month from being closed, and what would better be settled before."""
    runtime = current()
    with runtime.reading() as session:
        today = company_today(session, runtime.now())
        return checklist_document(session, Period.parse(period), today=today)


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
    runtime, signer = current(), _signer()
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


@blueprint.post("/<period>/paid")
@measured(MAX_BODY_BYTES)
@requires("periods:approve")
@blueprint.doc(requestBody=_LIST)
@blueprint.response(200, NotedPaymentSchema)
def note_paid(period: str) -> Response:
    """Record what payroll says it paid: right rows are paid, differences are named and stay open."""
    runtime = current()
    if request.mimetype != CSV:
        raise ListTypeError
    signer = _signer()
    settings = payout_settings(runtime.settings.rules_dir)
    returned = read_returned(read_body(), settings.payroll)
    with runtime.transaction() as session:
        payment = pay(session, Period.parse(period), returned, signer, rules=settings.rules, now=runtime.now())
    with runtime.reading() as session:
        state = shown_period(session, payment.period, now=runtime.now()).state
    return jsonify({"period": period, "state": state.value, **payment_told(payment)})


def _signer() -> Signer:
    """The person behind the key; a key that names nobody signs nothing."""
    key = credential()
    if key.person_id is None:
        raise SignerUnknownError
    return Signer(key.name, key.person_id)
