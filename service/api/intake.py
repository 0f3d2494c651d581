"""`POST /v1/events`: events in, in every format of native senders; and the same as a trial that keeps nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from flask import Response
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from service.api.batch import (
    BATCH_RESPONSES,
    BatchSchema,
    answer,
    batch_status,
    demand_all_taken,
    in_time,
    new_delivery,
    wants_all_or_nothing,
)
from service.api.formats import Format, known_format, read_sent
from service.api.gathering import Arrival, take
from service.api.known_senders import demand_unchanged
from service.api.reader import MAX_BODY_BYTES, Blueprint, measured, read_body
from service.api.sender import demand_events, sender, sends
from service.domain.delivery import Sent
from service.domain.event import ItemResult, Operation, Part
from service.domain.version import as_sent
from service.flows.ingest import ingest
from service.flows.settle_versions import settle_versions
from service.runtime import current
from service.sources.native import MAX_ITEMS

blueprint = Blueprint("intake", __name__, url_prefix="/v1", description="Events in.")

IDENTITY = validate.Length(min=1, max=255)


class CreditSchema(Schema):
    """A person's part in an event."""

    person = fields.String(required=True, metadata={"description": "The sender's user id"})
    part = fields.String(required=True, validate=validate.OneOf([part.value for part in Part]))
    share = fields.Decimal(metadata={"description": "Percent"})


class EventSchema(Schema):
    """One thing that happened."""

    id = fields.String(required=True, validate=IDENTITY, metadata={"description": "Stable across retries"})
    source = fields.String(metadata={"description": "If given, the source of the API key"})
    type = fields.String(required=True, metadata={"example": "deal.won"})
    time = fields.AwareDateTime(required=True, metadata={"description": "RFC 3339 with offset"})
    subject = fields.String(metadata={"description": "Who did it: the sender's user id"})
    credit = fields.List(fields.Nested(CreditSchema))
    version = fields.Integer()
    op = fields.String(validate=validate.OneOf([op.value for op in Operation]))
    target = fields.String(metadata={"description": "Id of the event that `op` corrects"})
    data = fields.Dict(metadata={"example": {"deal_id": "8", "amount": "1500.00", "currency": "EUR"}})


_EVENTS = {"type": "array", "items": EventSchema, "maxItems": MAX_ITEMS}
_CLOUDEVENT = {
    "type": "object",
    "required": ["specversion", "id", "source", "type", "time"],
    "properties": {"specversion": {"const": "1.0"}},
}

_BODY = {
    "required": True,
    "content": {
        Format.JSON.value: {"schema": {"oneOf": [EventSchema, _EVENTS]}},
        Format.LINES.value: {"schema": {"type": "string", "description": "One event per line"}},
        Format.CLOUDEVENT.value: {"schema": _CLOUDEVENT},
        Format.CLOUDEVENTS.value: {"schema": {"type": "array", "items": _CLOUDEVENT, "maxItems": MAX_ITEMS}},
    },
}


@blueprint.post("/events")
@measured(MAX_BODY_BYTES)
@known_format
@sends
@blueprint.doc(requestBody=_BODY)
@blueprint.doc(responses=BATCH_RESPONSES)
def post_events() -> Response:
    """Send one event, or up to 1,000. Sending again is always safe."""
    sent = _sent()
    alone = wants_all_or_nothing() or sender().source.versioned
    results = _alone(sent) if alone else take(Arrival(sent, sender().state))
    return answer(sent.delivery, results, batch_status(results))


def _alone(sent: Sent) -> Sequence[ItemResult]:
    """A delivery in a transaction of its own: one that may be taken back, or whose versions must be settled first."""
    with in_time(), current().transaction() as session:
        results = _ingested(session, sent)
        if wants_all_or_nothing():
            demand_all_taken(results)
    return results


def _ingested(session: Session, sent: Sent) -> Sequence[ItemResult]:
    now = sent.delivery.received_at
    demand_unchanged(session, sent.delivery.source_id, [sender().state])
    if not sender().source.versioned:
        (results,) = ingest(session, [sent], now=now)
        return results
    settled = settle_versions(session, sent.delivery.source_id, sent.items)
    (told,) = ingest(session, [replace(sent, items=settled.items)], now=now)
    items = {item.index: item for item in sent.items}
    results = [as_sent(result, items[result.index]) for result in told]
    return sorted([*results, *settled.answered], key=lambda result: result.index)


@blueprint.post("/events:validate")
@measured(MAX_BODY_BYTES)
@known_format
@sends
@blueprint.doc(requestBody=_BODY)
@blueprint.response(HTTPStatus.OK, BatchSchema, description="What would become of every event; nothing is kept")
def validate_events() -> Response:
    """Try what would become of events: the same body and the same results as sending them, and nothing is kept."""
    sent = _sent()
    with current().trial() as session:
        results = _ingested(session, sent)
    return answer(sent.delivery, results, HTTPStatus.OK)


def _sent() -> Sent:
    found = sender()
    body = read_body()
    items = read_sent(body, found.source.source_id)
    demand_events(len(items))
    delivery = new_delivery(found.source.source_id, body, body, items, now=current().now())
    return Sent(replace(delivery, trust=found.trust, credential=found.credential), items)
