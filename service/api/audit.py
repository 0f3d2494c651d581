"""`/v1/audit`: who did what to what and when, as JSON or CSV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, request
from marshmallow import Schema, fields, validate

from service.api.auth import requires
from service.api.moments import Moment
from service.api.reader import Blueprint
from service.domain.audit import ENTRIES_AT_MOST, ENTRIES_SHOWN, AuditQuery
from service.reports.audit import audit_csv, audit_document, audit_log
from service.runtime import current

CSV, TEXT = "text/csv", {"type": "string"}

blueprint = Blueprint("audit", __name__, url_prefix="/v1/audit", description="Who did what: only ever added to.")

TEXT_CHARACTERS = 200
"""Longest kind or subject asked for; those that are kept are shorter."""


class AuditQuerySchema(Schema):
    """Which entries."""

    what = fields.String(
        load_default="",
        validate=validate.Length(max=TEXT_CHARACTERS),
        metadata={"description": "Kinds, separated by commas", "example": "plan.published"},
    )
    subject = fields.String(
        load_default="",
        validate=validate.Length(max=TEXT_CHARACTERS),
        metadata={"description": "What it was done to", "example": "closer"},
    )
    since = Moment(load_default=None, metadata={"description": "From this moment, with its zone"})
    until = Moment(load_default=None, metadata={"description": "Before this moment, with its zone"})
    before = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 2**63 - 1),
        metadata={"description": "Older than this entry: `next` of the list before"},
    )
    limit = fields.Integer(load_default=ENTRIES_SHOWN, validate=validate.Range(1, ENTRIES_AT_MOST))
    format = fields.String(load_default="", validate=validate.OneOf(["", "csv", "json"]))


class AuditEntrySchema(Schema):
    """Who did what to what and when."""

    entry = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    who = fields.String(required=True)
    what = fields.String(required=True)
    subject = fields.String(required=True)
    detail = fields.Dict(required=True)


class AuditSchema(Schema):
    """A page of the log."""

    entries = fields.List(fields.Nested(AuditEntrySchema), required=True)
    next = fields.Integer(required=True, allow_none=True, metadata={"description": "`before` of the page that follows"})


@blueprint.get("")
@requires("audit:read")
@blueprint.arguments(AuditQuerySchema, location="query")
@blueprint.alt_response(200, schema=AuditSchema, headers={"Link": {"schema": TEXT}})
@blueprint.alt_response(200, schema=TEXT, content_type=CSV)
def read_audit(query: Mapping[str, Any]) -> Response:
    """Entries of the audit log, the newest first: `Accept: text/csv` or `?format=csv` gives CSV.

    Where there are older ones, JSON has them under `next`, and a `Link` header leads to them in both formats.
    """
    kinds = tuple(part.strip() for part in query["what"].split(",") if part.strip())
    asked = AuditQuery(
        kinds, query["subject"], query["since"], query["until"], query["before"], limit=query["limit"] + 1
    )
    with current().reading() as session:
        found = audit_log(session, asked)
    shown = found[: query["limit"]]
    older = shown[-1].entry_id if len(found) > len(shown) else None
    wants_csv = query["format"] == "csv" or (not query["format"] and request.accept_mimetypes.best == CSV)
    response = (
        Response(audit_csv(shown), mimetype=CSV)
        if wants_csv
        else jsonify({"entries": [audit_document(entry) for entry in shown], "next": older})
    )
    if older:
        following = urlencode({**request.args, "before": older})
        response.headers["Link"] = f'<{request.path}?{following}>; rel="next"'
    return response
