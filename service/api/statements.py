"""`/v1/statements`: what each person was told, with the reasons."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.period import Period
from service.flows.note_look import note_look
from service.reports.statement import get_evidence, get_issued_statement, get_statement
from service.runtime import current

blueprint = Blueprint(
    "statements", __name__, url_prefix="/v1/statements", description="Payout statements with their reasons."
)


class StatementSchema(Schema):
    """A statement; `document` is what its hash was computed from (as canonical JSON)."""

    status = fields.String(metadata={"description": "estimated, confirmed, approved, paid or withdrawn"})
    issued_at = fields.AwareDateTime(allow_none=True)
    document_hash = fields.String(metadata={"description": "sha256 of the document; empty for an estimate"})
    document = fields.Dict(metadata={"description": "Lines, explanations, inputs, totals, receipts"})


class VersionQuerySchema(Schema):
    """Which closing."""

    version = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "What this closing said, withdrawn or not"},
    )


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
@blueprint.arguments(VersionQuerySchema, location="query")
@blueprint.response(200, StatementSchema)
def read_statement(query: dict[str, int | None], person_id: str, period: str) -> object:
    """The statement of a person for a month: frozen once the month is closed, estimated before."""
    with current().reading() as session:
        month, version = Period.parse(period), query["version"]
        found = (
            get_statement(session, person_id, month)
            if version is None
            else get_issued_statement(session, person_id, month, version)
        )
    _note_look(person_id, period)
    return found


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
