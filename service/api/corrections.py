"""`POST /v1/events/{receipt}:void` and `:replace`: corrections by receipt; of a closed month with a second person."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from flask import Response
from marshmallow import fields
from sqlalchemy.orm import Session

from service.api.auth import credential, requires
from service.api.batch import BATCH_RESPONSES, BatchSchema, answer, batch_status
from service.api.decisions import DecisionSchema, decision
from service.api.proposals import ProposalSchema, document_of, proposed, take
from service.api.reader import Blueprint
from service.domain.counting import RecordedEvent
from service.domain.event import JsonValue, Operation, canonical_json
from service.domain.key import Scope
from service.domain.proposal import ProposalKind
from service.domain.waiting import demand_reason
from service.flows.note_correction import note_correction
from service.reports.proposals import correctable, is_closed
from service.runtime import current
from service.sources.times import parse_time

blueprint = Blueprint("corrections", __name__, url_prefix="/v1/events", description="Corrections by receipt.")

NAME_CHARACTERS = 16
"""Of the hash of a replacement: enough to tell those of one event apart."""


class ReplaceSchema(DecisionSchema):
    """What stands in the place of an event; what is left out stays as it was."""

    type = fields.String()
    time = fields.String(metadata={"description": "RFC 3339 with offset"})
    subject = fields.String()
    data = fields.Dict(required=True)
    credit = fields.List(fields.Dict())


_TAKEN_OR_PROPOSED = BATCH_RESPONSES | {
    "202": {
        "description": "Every event is known now; of a closed month, a proposal that waits for a second person",
        "content": {"application/json": {"schema": {"oneOf": [BatchSchema, ProposalSchema]}}},
    }
}


@blueprint.post("/<receipt_id>:void")
@requires("events:write")
@blueprint.arguments(DecisionSchema)
@blueprint.doc(responses=_TAKEN_OR_PROPOSED)
def void(asked: Mapping[str, Any], receipt_id: str) -> Response:
    """Take an event back."""
    with current().transaction() as session:
        target = correctable(session, receipt_id, _confined())
        event: dict[str, JsonValue] = {"id": f"stimul:void:{receipt_id}", "type": target.event.type}
        return _corrected(session, target, Operation.VOID, event, asked["why"])


@blueprint.post("/<receipt_id>:replace")
@requires("events:write")
@blueprint.arguments(ReplaceSchema)
@blueprint.doc(responses=_TAKEN_OR_PROPOSED)
def replace(asked: Mapping[str, Any], receipt_id: str) -> Response:
    """Put another event in the place of one."""
    given = {name: value for name, value in asked.items() if name != "why"}
    with current().transaction() as session:
        target = correctable(session, receipt_id, _confined())
        told = target.event
        event: dict[str, JsonValue] = {
            "type": told.type,
            **({"subject": told.subject} if told.subject else {}),
            **given,
        }
        mark = hashlib.sha256(canonical_json(event).encode()).hexdigest()[:NAME_CHARACTERS]
        event["id"] = f"stimul:replace:{mark}:{receipt_id}"
        return _corrected(session, target, Operation.REPLACE, event, asked["why"])


def _corrected(
    session: Session, target: RecordedEvent, op: Operation, event: Mapping[str, JsonValue], why: str
) -> Response:
    demand_reason(why)
    told = target.event
    # The time of the target, unless another is given: so the same correction sent again is the same event.
    whole = {"time": told.occurred_at.isoformat(), **event, "op": op.value, "target": told.external_id}
    document = document_of(told.source_id, [whole])
    moments = (told.occurred_at, parse_time(str(whole["time"])) or told.occurred_at)
    if any(is_closed(session, moment) for moment in moments):
        return proposed(session, ProposalKind(op.value), told.receipt_id, document, why)
    note_correction(session, told.receipt_id, op, decision(why))
    delivery, results = take(session, document)
    return answer(delivery, results, batch_status(results))


def _confined() -> str | None:
    """A key made for a source corrects that source's events alone."""
    return None if credential().allows(Scope.ADMIN) else credential().source_id or ""
