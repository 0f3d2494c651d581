"""`/v1/statements`: what each person was told, with the reasons."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from flask import Response, request
from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.next_steps import NextStepSchema, next_step_documents
from service.api.reader import Blueprint
from service.domain.figures import Language
from service.domain.period import Period
from service.domain.statement_link import LONGEST, USUAL, token_of
from service.flows.note_link import note_link
from service.flows.note_look import note_look
from service.reports.company import company_today
from service.reports.earnings import get_earnings
from service.reports.next_steps import next_steps
from service.reports.periods import shown_period
from service.reports.printed.pdf import paper_name, statement_pdf
from service.reports.statement import get_evidence, get_statement, link_to, ready_statements
from service.reports.told import told_lines
from service.runtime import current

blueprint = Blueprint(
    "statements", __name__, url_prefix="/v1/statements", description="Payout statements with their reasons."
)


class StatementQuerySchema(Schema):
    """Which closing, and in which language to tell the reasons."""

    lang = fields.String(
        validate=validate.OneOf([language.value for language in Language]),
        metadata={"description": "With it, `told` has the reasons of every line in that language"},
    )
    version = fields.Integer(
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "What this closing said, withdrawn or not; without `told`"},
    )


class StepSchema(Schema):
    """One step of a line."""

    text = fields.String(metadata={"example": "450,00 x 20% x 100%: „Изходящи обаждания“ 100% дава 100%"})
    amount = fields.String(metadata={"example": "90,00"})


class ReasonSchema(Schema):
    """One value or condition."""

    text = fields.String(metadata={"example": "Изпълнението на „Срещи“: 85%, иска се поне 80%"})
    holds = fields.Boolean(allow_none=True, metadata={"description": "Whether a condition holds; null of a value"})


class FactorToldSchema(Schema):
    """What multiplied a line."""

    label = fields.String()
    factor = fields.String(metadata={"example": "50%"})
    because = fields.List(fields.Nested(ReasonSchema))


class WhySchema(Schema):
    """The reasons of a line."""

    steps = fields.List(fields.Nested(StepSchema))
    factors = fields.List(fields.Nested(FactorToldSchema))
    conditions = fields.List(fields.Nested(ReasonSchema))
    besides = fields.List(fields.String(), metadata={"description": "What else was looked at"})


class LineToldSchema(Schema):
    """A line of the statement in a language; the same lines in the same order as in the document."""

    rule = fields.String(attribute="line.rule")
    label = fields.String()
    why = fields.Nested(WhySchema)


class StatementSchema(Schema):
    """A statement; `document` is what its hash was computed from (as canonical JSON)."""

    status = fields.String(metadata={"description": "estimated, confirmed, approved, paid or withdrawn"})
    state = fields.String(metadata={"description": "Of the month: open, settling, closed, approved or paid"})
    issued_at = fields.AwareDateTime(allow_none=True)
    document_hash = fields.String(metadata={"description": "sha256 of the document; empty for an estimate"})
    document = fields.Dict(metadata={"description": "Lines, explanations, inputs, totals, receipts"})
    told = fields.List(fields.Nested(LineToldSchema), metadata={"description": "Only where `lang` is asked for"})
    next_steps = fields.List(
        fields.Nested(NextStepSchema), metadata={"description": "What would pay next; empty once the month is over"}
    )


PDF = "application/pdf"

FILE = {"type": "string", "format": "binary"}


class PaperQuerySchema(Schema):
    """Which closing, and in which language."""

    lang = fields.String(
        load_default=Language.BG.value, validate=validate.OneOf([language.value for language in Language])
    )
    version = fields.Integer(
        validate=validate.Range(1, 2**31 - 1), metadata={"description": "What this closing said, withdrawn or not"}
    )


class IssuedSchema(Schema):
    """That a statement was issued."""

    person_id = fields.String()
    period = fields.String()
    version = fields.Integer()
    issued_at = fields.AwareDateTime()
    document_hash = fields.String()


class StatementLinkAskedSchema(Schema):
    """In which language, and for how long."""

    lang = fields.String(
        load_default=Language.BG.value, validate=validate.OneOf([language.value for language in Language])
    )
    hours = fields.Integer(
        load_default=USUAL // timedelta(hours=1), strict=True, validate=validate.Range(1, LONGEST // timedelta(hours=1))
    )


class StatementLinkSchema(Schema):
    """A link; who has it opens the statement."""

    url = fields.String()
    expires_at = fields.AwareDateTime()


class EvidenceQuerySchema(Schema):
    """Which metric."""

    metric = fields.String(required=True, metadata={"description": "A metric of rules/_org.yaml", "example": "calls"})


class EvidenceSchema(Schema):
    """One event behind a metric."""

    receipt_id = fields.String()
    type = fields.String()
    occurred_at = fields.AwareDateTime()
    value = fields.String(metadata={"description": "What it added, exact, in the unit of the metric"})


@blueprint.get("/<person_id>/<period>")
@requires("statements:read")
@blueprint.arguments(StatementQuerySchema, location="query")
@blueprint.response(200, StatementSchema)
def read_statement(query: dict[str, Any], person_id: str, period: str) -> object:
    """The statement of a person for a month: frozen once the month is closed, estimated before."""
    month = Period.parse(period)
    language = query.get("lang", Language.EN.value)
    with current().reading() as session:
        found = get_statement(session, person_id, month, query.get("version"))
        steps = next_steps(session, person_id, month, company_today(session, current().now()))
        state = shown_period(session, month, now=current().now()).state
        told = (
            told_lines(session, get_earnings(session, person_id, month).lines, query["lang"])
            if "lang" in query and "version" not in query
            else None
        )
    _note_look(person_id, period)
    asked = {} if told is None else {"told": told}
    return {
        "status": found.status,
        "state": state.value,
        "issued_at": found.issued_at,
        "document_hash": found.document_hash,
        "document": found.document,
        "next_steps": next_step_documents(steps, language),
        **asked,
    }


@blueprint.get("/<person_id>/<period>/pdf")
@requires("statements:read")
@blueprint.arguments(PaperQuerySchema, location="query")
@blueprint.alt_response(200, content_type=PDF, schema=FILE, description="The statement as PDF/A", success=True)
@blueprint.alt_response(304, description="Nothing changed since the ETag in If-None-Match")
def print_statement(query: dict[str, Any], person_id: str, period: str) -> Response:
    """The statement of a person for a month on paper; the same bytes as long as it is the same statement."""
    with current().reading() as session:
        found = get_statement(session, person_id, Period.parse(period), query.get("version"))
        printed = statement_pdf(session, found, Language(query["lang"]))
    _note_look(person_id, period)
    response = Response(printed, mimetype=PDF)
    response.headers["Content-Disposition"] = f'inline; filename="{paper_name(found, "pdf")}"'
    response.set_etag(hashlib.sha256(printed).hexdigest())
    response.make_conditional(request)
    return response


@blueprint.get("/<period>")
@requires("statements:read")
@blueprint.response(200, IssuedSchema(many=True))
def list_ready(period: str) -> object:
    """Whose statements of a month are ready: for messages, so without a single amount."""
    with current().reading() as session:
        return ready_statements(session, Period.parse(period))


@blueprint.post("/<person_id>/<period>/link")
@requires("statements:read")
@blueprint.arguments(StatementLinkAskedSchema)
@blueprint.response(201, StatementLinkSchema)
def make_link(body: dict[str, Any], person_id: str, period: str) -> object:
    """A link that opens the statement of a closed month as PDF without a login, until it expires."""
    runtime = current()
    expires_at = runtime.now() + timedelta(hours=body["hours"])
    with runtime.reading() as session:
        link = link_to(session, person_id, Period.parse(period), Language(body["lang"]), expires_at)
    token = token_of(link, runtime.settings.secret_key)
    with runtime.transaction() as session:
        note_link(session, link, credential().name, now=runtime.now())
    return {"url": f"{runtime.settings.public_url}/s/{token}", "expires_at": expires_at}


@blueprint.get("/<person_id>/<period>/events")
@requires("statements:read")
@blueprint.arguments(EvidenceQuerySchema, location="query")
@blueprint.response(200, EvidenceSchema(many=True))
def read_evidence(query: dict[str, str], person_id: str, period: str) -> object:
    """Every event behind one metric of a person's month as known now, with what it added."""
    with current().reading() as session:
        found = get_evidence(session, person_id, Period.parse(period), query["metric"])
    _note_look(person_id, period)
    return found


def _note_look(person_id: str, period: str) -> None:
    with current().transaction() as session:
        note_look(session, credential().name, person_id, period, now=current().now())
