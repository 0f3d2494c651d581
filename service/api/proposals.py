"""`/v1/proposals`: what one key asked for and another one confirms, and how its events are then taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from service.api.auth import credential, requires
from service.api.batch import BATCH_RESPONSES, answer, batch_status, kept_delivery
from service.api.reader import Blueprint
from service.domain.delivery import Delivery, Sent
from service.domain.errors import InvalidError, Problem
from service.domain.event import ItemResult, JsonValue, canonical_json
from service.domain.proposal import Proposal, ProposalKind, ProposalState, new_proposal_id
from service.domain.waiting import Decision
from service.flows.decide_proposal import decide_proposal
from service.flows.ingest import ingest
from service.flows.propose import propose
from service.reports.proposals import proposal_document, proposals_in
from service.runtime import current
from service.sources.json_text import read_json
from service.sources.native import read_items

blueprint = Blueprint("proposals", __name__, url_prefix="/v1/proposals", description="What needs a second person.")


class EventsRefusedError(InvalidError):
    """Events of a form or correction with mistakes; none of them was taken."""

    code = "events_refused"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("Nothing was taken. Mend what `errors` names and send all of it again.", problems)


class AskedSchema(Schema):
    """Which proposals."""

    state = fields.Enum(ProposalState, by_value=True, load_default=ProposalState.OPEN)


class ProposalSchema(Schema):
    """A proposal with its events."""

    proposal_id = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": [kind.value for kind in ProposalKind]})
    subject = fields.String(required=True)
    why = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in ProposalState]})
    source = fields.String(required=True)
    events = fields.List(fields.Dict(), required=True)
    proposed_at = fields.String(required=True)
    proposed_by = fields.String(required=True, metadata={"description": "Id of the key"})
    decided_at = fields.String(required=True, allow_none=True)
    decided_by = fields.String(required=True, allow_none=True)


class DecidedSchema(Schema):
    """A proposal that was decided."""

    proposal_id = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in ProposalState]})


@blueprint.get("")
@requires("proposals:confirm")
@blueprint.arguments(AskedSchema, location="query")
@blueprint.response(HTTPStatus.OK, ProposalSchema(many=True))
def read_proposals(asked: Mapping[str, Any]) -> Response:
    """The oldest proposals that wait, or were decided."""
    with current().reading() as session:
        return jsonify(proposals_in(session, asked["state"]))


@blueprint.post("/<proposal_id>:confirm")
@requires("proposals:confirm")
@blueprint.doc(responses=BATCH_RESPONSES)
def confirm(proposal_id: str) -> Response:
    """Take the events that somebody else proposed."""
    decision = Decision(credential().key_id, "", current().now())
    with current().transaction() as session:
        found = decide_proposal(session, proposal_id, ProposalState.CONFIRMED, decision)
        delivery, results = take(session, found.document)
    return answer(delivery, results, batch_status(results))


@blueprint.post("/<proposal_id>:refuse")
@requires("proposals:confirm")
@blueprint.response(HTTPStatus.OK, DecidedSchema)
def refuse(proposal_id: str) -> Response:
    """Let a proposal be; whoever made it may take it back so too."""
    decision = Decision(credential().key_id, "", current().now())
    with current().transaction() as session:
        decide_proposal(session, proposal_id, ProposalState.REFUSED, decision)
    return jsonify({"proposal_id": proposal_id, "state": ProposalState.REFUSED.value})


def document_of(source_id: str, events: Sequence[Mapping[str, JsonValue]]) -> str:
    """Events of a source as a proposal keeps them; every mistake in them is an error."""
    written = canonical_json({"source": source_id, "events": [dict(event) for event in events]})
    rejected = [item.rejection for item in read_items(_events(written), source_id, len(written)) if item.rejection]
    if rejected:
        raise EventsRefusedError(tuple(Problem(found.code, found.detail, found.pointer) for found in rejected))
    return written


def take(session: Session, document: str) -> tuple[Delivery, list[ItemResult]]:
    """Ingest the events of a document as a delivery of their source."""
    source_id = str(read_json(document.encode())["source"])  # type: ignore[index, call-overload] # written by document_of
    items = read_items(_events(document), source_id, len(document))
    now = current().now()
    delivery = kept_delivery(source_id, document.encode(), items, now=now)
    delivery = replace(delivery, credential=credential().key_id)
    (results,) = ingest(session, [Sent(delivery, items)], now=now)
    return delivery, results


def proposed(session: Session, kind: ProposalKind, subject: str, document: str, why: str) -> Response:
    """Keep a proposal of the present key and say how it is confirmed."""
    found = Proposal(new_proposal_id(), kind, subject, document, why, current().now(), credential().key_id)
    propose(session, found)
    made = jsonify(proposal_document(found))
    made.status_code = HTTPStatus.ACCEPTED
    made.headers["Location"] = f"/v1/proposals/{found.proposal_id}"
    return made


def _events(document: str) -> JsonValue:
    found = read_json(document.encode())
    assert isinstance(found, dict), "a document of a proposal is an object"
    return found["events"]
