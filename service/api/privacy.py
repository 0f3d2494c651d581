"""`/v1/privacy`: what is kept about a person, erasure, and what is kept no longer (scope `privacy:write`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.privacy import Terms
from service.flows.erase_person import erase_person
from service.flows.note_export import note_export
from service.flows.prune import prune
from service.reports.company import company_today
from service.reports.privacy import person_export
from service.runtime import current

blueprint = Blueprint("privacy", __name__, url_prefix="/v1/privacy", description="Export, erasure and retention.")


class ExportSchema(Schema):
    """Everything that is kept about a person."""

    person_id = fields.String(required=True)
    name = fields.String(required=True)
    exported_at = fields.AwareDateTime(required=True)
    kept = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Dict()),
        required=True,
        metadata={"description": "The rows of every table, as they are kept"},
    )


class ErasureSchema(Schema):
    """Why somebody is erased."""

    reason = fields.String(required=True, metadata={"description": "For the audit log, without the name"})


class ErasedSchema(Schema):
    """Who was erased."""

    person_id = fields.String()
    erased = fields.Boolean()


class PrunedSchema(Schema):
    """How many rows of each kind were deleted; ask again as long as any were."""

    deliveries = fields.Integer()
    events = fields.Integer()
    statements = fields.Integer()
    bank_accounts = fields.Integer()


@blueprint.get("/people/<person_id>")
@requires("privacy:write")
@blueprint.response(200, ExportSchema)
def export_person(person_id: str) -> Response:
    """Everything that is kept about a person, as one document."""
    now = current().now()
    with current().transaction() as written:
        note_export(written, person_id, credential().name, now=now)
    with current().reading() as session:
        answer = jsonify(person_export(session, person_id, now=now))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/people/<person_id>/erase")
@requires("privacy:write")
@blueprint.arguments(ErasureSchema)
@blueprint.response(200, ErasedSchema)
def erase(body: Mapping[str, Any], person_id: str) -> object:
    """Take names, numbers and user ids of somebody who left out of everything but finance's statements, for ever."""
    now = current().now()
    with current().transaction() as session:
        today = company_today(session, now)
        erase_person(session, person_id, body["reason"], credential().name, today=today, now=now)
    return {"person_id": person_id, "erased": True}


@blueprint.post("/prune")
@requires("privacy:write")
@blueprint.response(200, PrunedSchema)
def prune_some() -> object:
    """Delete a batch of what has been kept for its term."""
    settings = current().settings
    terms = Terms(settings.raw_months, settings.event_years, settings.statement_years)
    with current().transaction() as session:
        return prune(session, terms, credential().name, now=current().now())
