"""`/v1/events`: events in, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.api.auth import credential, requires
from service.api.event_schemas import STATES, TakenEventsSchema, TraceSchema
from service.api.moments import Moment
from service.api.reader import Blueprint
from service.domain.key import Scope
from service.reports.event_trace import trace_by_id, trace_by_receipt
from service.reports.taken_events import EventQuery, list_taken_events
from service.runtime import current

blueprint = Blueprint("events", __name__, url_prefix="/v1/events", description="What happened in the CRM.")

IDENTITY = validate.Length(min=1, max=255)


PAGE, PAGE_AT_MOST = 100, 1_000
"""Events of a page: a screen or two unless asked for more."""

LAST_NUMBER = 2**63 - 1
"""The highest number that an event can have in the databases."""


class WantedSchema(Schema):
    """One event, by `source` and `external_id`; or a page of those that the others choose."""

    source = fields.String(validate=IDENTITY)
    external_id = fields.String(validate=IDENTITY, metadata={"description": "With it, `source` is needed"})
    person = fields.String(validate=IDENTITY, metadata={"description": "Whom it concerns"})
    type = fields.String(validate=IDENTITY)
    state = fields.String(validate=validate.OneOf(STATES))
    first_day = fields.Date(metadata={"description": "The company's day of the event, or later"})
    last_day = fields.Date(metadata={"description": "The company's day of the event, or earlier"})
    since = Moment(metadata={"description": "Happened from this moment on"})
    until = Moment(metadata={"description": "Happened before this moment"})
    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, PAGE_AT_MOST))
    before = fields.Integer(
        load_default=None,
        validate=validate.Range(1, LAST_NUMBER),
        metadata={"description": "`next_before` of the page before"},
    )

    @validates_schema
    def _named_wholly(self, asked: Mapping[str, Any], **_: object) -> None:
        """An id means nothing without its source."""
        if "external_id" in asked and "source" not in asked:
            raise ValidationError("Name its source too.", "external_id")


_FOUND = {
    "200": {
        "description": "The event with everything that became of it; without `external_id`, a page of events",
        "content": {"application/json": {"schema": {"oneOf": [TraceSchema, TakenEventsSchema]}}},
    }
}


@blueprint.get("")
@requires("events:read")
@blueprint.arguments(WantedSchema, location="query")
@blueprint.doc(responses=_FOUND)
def find_events(wanted: Mapping[str, Any]) -> Response:
    """What became of an event, by its source and id; or the events of a person, day, type, source or state."""
    own = _confined()
    with current().reading() as session:
        if "external_id" in wanted:
            return jsonify(trace_by_id(session, wanted["source"], wanted["external_id"], own))
        if own is not None and wanted.get("source", own) != own:
            return jsonify({"events": [], "next_before": None})
        names = ("type", "state", "first_day", "last_day", "since", "until")
        query = EventQuery(own or wanted.get("source"), wanted.get("person"), **{n: wanted.get(n) for n in names})
        events, following = list_taken_events(session, query, wanted["before"], wanted["limit"])
    return jsonify({"events": events, "next_before": following})


@blueprint.get("/<receipt_id>")
@requires("events:read")
@blueprint.response(HTTPStatus.OK, TraceSchema)
def read_event(receipt_id: str) -> Response:
    """What became of an event, by its receipt."""
    with current().reading() as session:
        return jsonify(trace_by_receipt(session, receipt_id, _confined()))


def _confined() -> str | None:
    """A key made for a source sees that source's events alone."""
    return None if credential().allows(Scope.ADMIN) else credential().source_id
