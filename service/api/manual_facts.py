"""`POST /v1/manual-facts`: the monthly form of what no CRM holds; somebody else confirms it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Response, request
from marshmallow import Schema, fields

from service.api.auth import credential, requires
from service.api.proposals import EventsRefusedError, ProposalSchema, document_of, proposed
from service.api.reader import Blueprint, MediaTypeError, read_body
from service.api.sender import KeyWithoutSourceError
from service.domain.errors import Problem
from service.domain.event import JsonValue
from service.domain.period import Period
from service.domain.proposal import ProposalKind
from service.domain.table_csv import decoded, read_table
from service.runtime import current
from service.sources.json_text import read_json
from service.sources.manual import COLUMNS, OWN, TYPES, is_past_day_of, manual_event, typed_cells

blueprint = Blueprint("manual_facts", __name__, url_prefix="/v1/manual-facts", description="Facts that no CRM holds.")

CSV = "text/csv"

MOST_FACTS = 1_000
"""Facts of one form: the events of one batch."""


class ManualFactsSchema(Schema):
    """The facts of a month."""

    month = fields.String(required=True, metadata={"example": "2026-10"})
    why = fields.String(metadata={"description": "Where the figures are from"})
    facts = fields.List(fields.Dict(), required=True, metadata={"example": [{"fact": "spend", "person": "u7"}]})


_BODY = {"content": {"application/json": {"schema": ManualFactsSchema}, CSV: {"schema": {"type": "string"}}}}


@blueprint.post("")
@requires("events:write")
@blueprint.doc(requestBody=_BODY)
@blueprint.response(HTTPStatus.ACCEPTED, ProposalSchema, description="Waits until somebody else confirms it")
def post_manual_facts() -> Response:
    """Enter the facts of a month, as JSON or as a table (`?month=2026-10`), for somebody else to confirm."""
    source_id = credential().source_id
    if source_id is None:
        raise KeyWithoutSourceError
    month, why, facts = _table() if request.mimetype == CSV else _form()
    period, today = Period.parse(month), current().now().date()
    problems = [
        Problem(
            "invalid_fact",
            f"A fact is one of {', '.join(TYPES)}, on a day of the month that has come.",
            f"/facts/{place}",
        )
        for place, fact in enumerate(facts)
        if fact.get("fact") not in TYPES or not is_past_day_of(period, fact, today)
    ]
    if problems or not 1 <= len(facts) <= MOST_FACTS:
        size = Problem("invalid_facts", f"A form has 1 to {MOST_FACTS} facts.", "/facts")
        raise EventsRefusedError(tuple(problems) or (size,))
    document = document_of(source_id, [manual_event(period, fact) for fact in facts])
    with current().transaction() as session:
        return proposed(session, ProposalKind.MANUAL_FACTS, str(period), document, why or f"The figures of {period}.")


def _table() -> tuple[str, str, Sequence[Mapping[str, JsonValue]]]:
    rows = read_table(decoded(read_body()), ("fact", "person"), [*OWN[2:], *COLUMNS])
    return request.args.get("month", ""), request.args.get("why", ""), [typed_cells(row.cells) for row in rows]


def _form() -> tuple[str, str, Sequence[Mapping[str, JsonValue]]]:
    if request.mimetype != "application/json":
        raise MediaTypeError
    found = read_json(read_body())
    form = found if isinstance(found, dict) else {}
    facts = form.get("facts")
    if not isinstance(facts, list) or not all(isinstance(fact, dict) for fact in facts):
        raise EventsRefusedError((Problem("missing_field", "facts is a list of objects.", "/facts"),))
    return str(form.get("month", "")), str(form.get("why", "")), [fact for fact in facts if isinstance(fact, dict)]
