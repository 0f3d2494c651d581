"""`/v1/payouts`: what finance pays for a closed month, in the formats of those who pay it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import Enum
from http import HTTPStatus
from typing import Any

from flask import Response, json, request
from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.payout_schemas import FILE, TEXT, JournalSchema, OpenDueSchema, PayoutsSchema
from service.api.reader import Blueprint
from service.domain.figures import Language
from service.domain.payout_settings import PayoutSettings
from service.domain.period import Period
from service.flows.note_look import note_look
from service.plans.payout_settings import payout_settings
from service.reports.journal import journal_of
from service.reports.journal_tables import journal_csv, journal_document, schedule_csv
from service.reports.payout_tables import Table, payout_csv, payout_document
from service.reports.payout_workbook import payout_workbook
from service.reports.payouts import payout_report
from service.reports.payroll import open_document, open_dues, open_file, payroll_of_month
from service.reports.periods import closed_at
from service.reports.sepa import Asked, payment_file
from service.runtime import current

blueprint = Blueprint("payouts", __name__, url_prefix="/v1/payouts", description="Payout reports of closed months.")

EVERYBODY = "everybody"
"""Whose money a payout report shows, in the audit log."""


class Style(Enum):
    """A format of the report, and its media type."""

    JSON = "application/json"
    CSV = "text/csv"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    @property
    def content_type(self) -> str:
        """The media type, with the encoding of a text."""
        return f"{self.value}; charset=utf-8" if self is Style.CSV else self.value


_STYLES: Mapping[str, Style] = {style.name.lower(): style for style in Style}


class PayoutQuerySchema(Schema):
    """Which table in which format."""

    format = fields.String(
        validate=validate.OneOf(sorted(_STYLES)),
        metadata={"description": "Else what `Accept` asks for, else JSON"},
    )
    table = fields.String(
        load_default=Table.PAYOUT.value,
        validate=validate.OneOf([table.value for table in Table]),
        metadata={"description": "What a row of the CSV is; JSON and XLSX have all tables"},
    )
    lang = fields.String(
        load_default=Language.EN.value,
        validate=validate.OneOf([language.value for language in Language]),
        metadata={"description": "Language of the XLSX"},
    )


@blueprint.get("/<period>")
@requires("payouts:read")
@blueprint.arguments(PayoutQuerySchema, location="query")
@blueprint.alt_response(
    HTTPStatus.OK,
    schema=PayoutsSchema,
    headers={"ETag": {"required": True, "schema": TEXT}},
    description="The report; the same bytes until something about it is recorded",
)
@blueprint.alt_response(HTTPStatus.OK, schema=TEXT, content_type=Style.CSV.value)
@blueprint.alt_response(HTTPStatus.OK, schema=FILE, content_type=Style.XLSX.value)
@blueprint.alt_response(HTTPStatus.NOT_MODIFIED, description="Nothing changed since the ETag in If-None-Match")
@blueprint.alt_response(HTTPStatus.CONFLICT, "CONFLICT")
def read_payouts(asked: dict[str, str], period: str) -> Response:
    """The payout report of a closed month: by payout, line, person, team, role, rule and cost centre."""
    month = Period.parse(period)
    with current().reading() as session:
        report = payout_report(session, month)
        created_at = closed_at(session, month)
    style = _style(asked.get("format", ""))
    match style:
        case Style.JSON:
            body = f"{json.dumps(payout_document(report))}\n".encode()
        case Style.CSV:
            body = payout_csv(report, Table(asked["table"])).encode()
        case Style.XLSX:
            body = payout_workbook(report, Language(asked["lang"]), created_at)
    return _handed_out(body, style.content_type, period, f"payouts-{period}.{style.name.lower()}")


@blueprint.get("/<period>/payroll")
@requires("payouts:read")
@blueprint.alt_response(
    HTTPStatus.OK,
    schema=TEXT,
    content_type=Style.CSV.value,
    headers={"ETag": {"required": True, "schema": TEXT}},
    description="The file, in the form that rules/finance/payouts.yaml gives it",
)
@blueprint.alt_response(HTTPStatus.NOT_MODIFIED, description="Nothing changed since the ETag in If-None-Match")
@blueprint.alt_response(HTTPStatus.CONFLICT, "CONFLICT")
def read_payroll(period: str) -> Response:
    """The payroll file of an approved month: a row for each personnel number, pay code and month worked for."""
    settings = payout_settings(current().settings.rules_dir)
    with current().reading() as session:
        body = payroll_of_month(session, Period.parse(period), settings)
    return _handed_out(body, _payroll_type(settings), period, f"payroll-{period}.csv")


class OpenQuerySchema(Schema):
    """In which form."""

    format = fields.String(
        load_default="json",
        validate=validate.OneOf(["csv", "json"]),
        metadata={"description": "csv: the form of the payroll file, to note by hand what was paid"},
    )


@blueprint.get("/<period>/open")
@requires("payouts:read")
@blueprint.arguments(OpenQuerySchema, location="query")
@blueprint.alt_response(
    HTTPStatus.OK,
    schema=OpenDueSchema(many=True),
    headers={"ETag": {"required": True, "schema": TEXT}},
    description="By person, month and code; what the last list said of each",
)
@blueprint.alt_response(HTTPStatus.OK, schema=TEXT, content_type=Style.CSV.value)
@blueprint.alt_response(HTTPStatus.NOT_MODIFIED, description="Nothing changed since the ETag in If-None-Match")
@blueprint.alt_response(HTTPStatus.CONFLICT, "CONFLICT")
def read_open(asked: dict[str, str], period: str) -> Response:
    """What no list of payroll has settled yet of an approved month, and how it differs."""
    settings, month = payout_settings(current().settings.rules_dir), Period.parse(period)
    with current().reading() as session:
        if asked["format"] == "csv":
            body, media_type = open_file(session, month, settings), _payroll_type(settings)
        else:
            told = open_document(open_dues(session, month, settings))
            body, media_type = f"{json.dumps(told)}\n".encode(), Style.JSON.content_type
    return _handed_out(body, media_type, period, f"open-{period}.{asked['format']}")


class JournalQuerySchema(Schema):
    """Which part in which format."""

    format = fields.String(load_default="json", validate=validate.OneOf(["csv", "json"]))
    table = fields.String(
        load_default="entries",
        validate=validate.OneOf(["entries", "schedule"]),
        metadata={"description": "What a row of the CSV is: a side of an entry, or a month of a spread cost"},
    )


@blueprint.get("/<period>/journal")
@requires("payouts:read")
@blueprint.arguments(JournalQuerySchema, location="query")
@blueprint.alt_response(
    HTTPStatus.OK, schema=JournalSchema, description="Balanced entries with the accounts of the books"
)
@blueprint.alt_response(HTTPStatus.OK, schema=TEXT, content_type=Style.CSV.value)
@blueprint.alt_response(HTTPStatus.NOT_MODIFIED, description="Nothing changed since the ETag in If-None-Match")
@blueprint.alt_response(HTTPStatus.CONFLICT, "CONFLICT")
def read_journal(asked: dict[str, str], period: str) -> Response:
    """The journal of an approved month: accrual, amortisation and payments."""
    settings = payout_settings(current().settings.rules_dir)
    with current().reading() as session:
        journal = journal_of(session, Period.parse(period), settings)
    if asked["format"] == "csv":
        text = journal_csv(journal) if asked["table"] == "entries" else schedule_csv(journal)
        return _handed_out(text.encode(), Style.CSV.content_type, period, f"{asked['table']}-{period}.csv")
    body = f"{json.dumps(journal_document(journal))}\n".encode()
    return _handed_out(body, Style.JSON.content_type, period, f"journal-{period}.json")


class OrderQuerySchema(Schema):
    """When the bank is to pay, and whom."""

    on = fields.Date(required=True, metadata={"description": "The day of execution", "example": "2026-11-10"})
    person = fields.List(
        fields.String(), load_default=list, metadata={"description": "These people alone; may be given several times"}
    )


@blueprint.get("/<period>/sepa")
@requires("periods:approve")
@blueprint.arguments(OrderQuerySchema, location="query")
@blueprint.alt_response(
    HTTPStatus.OK,
    schema=TEXT,
    content_type="application/xml",
    description="ISO 20022, pain.001, valid under its published schema",
)
@blueprint.alt_response(HTTPStatus.NOT_MODIFIED, description="Nothing changed since the ETag in If-None-Match")
@blueprint.alt_response(HTTPStatus.CONFLICT, "CONFLICT")
def read_payment_file(asked: dict[str, Any], period: str) -> Response:
    """The payment file for the bank: what is open of an approved month for those who send an invoice."""
    runtime = current()
    settings = payout_settings(runtime.settings.rules_dir)
    with runtime.reading() as session:
        order = Asked(asked["on"], asked["person"])
        body = payment_file(session, Period.parse(period), order, settings, runtime.vault)
    return _handed_out(body, "application/xml; charset=utf-8", period, f"sepa-{period}.xml")


def _payroll_type(settings: PayoutSettings) -> str:
    return f"text/csv; charset={settings.payroll.encoding.charset}"


def _handed_out(body: bytes, media_type: str, period: str, name: str) -> Response:
    """A file about everybody's money: noted in the audit log, named, and not sent again while it is the same."""
    with current().transaction() as session:
        note_look(session, credential().name, EVERYBODY, period, now=current().now())
    response = Response(body, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.set_etag(hashlib.sha256(body).hexdigest())
    response.make_conditional(request)
    return response


def _style(asked: str) -> Style:
    if asked:
        return _STYLES[asked]
    best = request.accept_mimetypes.best_match([style.value for style in Style], default=Style.JSON.value)
    return Style(best)
