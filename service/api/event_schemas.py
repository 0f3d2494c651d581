"""The shapes in which an event is told: what it says, what it counted for, and what became of it."""

from __future__ import annotations

from marshmallow import Schema, fields

from service.api.activity import ConvertedSchema
from service.api.share_claims import ShareClaimDecisionSchema
from service.domain.event import Operation, QuarantineReason
from service.domain.hold import HoldState
from service.reports.taken_events import STATES as EVENT_STATES

STATES = list(EVENT_STATES)


class MeasuredSchema(Schema):
    """What an event adds to a metric."""

    metric = fields.String(required=True)
    value = fields.String(required=True, metadata={"description": "Exact, in the unit of the metric"})


class ToldSchema(Schema):
    """The statement of a closed month that tells of an event."""

    period = fields.String(required=True)
    version = fields.Integer(required=True, metadata={"description": "Number of the closing"})
    hash = fields.String(required=True)
    issued_at = fields.AwareDateTime(required=True)


class CountedForSchema(Schema):
    """Whom an event concerns on which day, and what it adds there."""

    person = fields.String(required=True)
    day = fields.Date(required=True)
    facts = fields.List(fields.Nested(MeasuredSchema), required=True)
    statement = fields.Nested(ToldSchema, required=True, allow_none=True)


class LeftOutByGuardSchema(Schema):
    """What a guard of a metric leaves out."""

    person = fields.String(required=True)
    day = fields.Date(required=True)
    metric = fields.String(required=True)
    guard = fields.String(required=True)


class CorrectionSchema(Schema):
    """An event that corrects this one."""

    id = fields.String(required=True)
    op = fields.String(required=True, metadata={"enum": [op.value for op in Operation]})
    time = fields.AwareDateTime(required=True)


class ConflictSchema(Schema):
    """What came under the same id with other content."""

    received_at = fields.AwareDateTime(required=True)
    delivery_id = fields.String(required=True)
    event = fields.Dict(required=True)


class ReleaseSchema(Schema):
    """That an event waited, for what, and when it was let in."""

    at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True)
    waited_since = fields.AwareDateTime(required=True)


class DecidedBySchema(Schema):
    """Who decided, when and why."""

    at = fields.AwareDateTime(required=True)
    by = fields.String(required=True)
    why = fields.String(required=True)


class HoldOfEventSchema(Schema):
    """Why an event is held, and what was decided."""

    state = fields.String(required=True, metadata={"enum": [state.value for state in HoldState]})
    why = fields.String(required=True)
    reviewer = fields.String(required=True)
    due_on = fields.Date(required=True)
    held_at = fields.AwareDateTime(required=True)
    held_by = fields.String(required=True)
    decided = fields.Nested(DecidedBySchema)


class ConversionSchema(Schema):
    """What the amounts of an event came to in the company's currency."""

    currency = fields.String(required=True)
    amounts = fields.List(fields.Nested(ConvertedSchema), required=True)
    converted_at = fields.AwareDateTime(required=True)


class TakenEventSchema(Schema):
    """One event of a list; `GET /v1/events/{receipt_id}` tells all of it."""

    receipt_id = fields.String(required=True)
    source = fields.String(required=True)
    id = fields.String(required=True)
    type = fields.String(required=True)
    time = fields.AwareDateTime(required=True)
    day = fields.Date(required=True, metadata={"description": "The company's day on which it counts"})
    received_at = fields.AwareDateTime(required=True)
    delivery_id = fields.String(required=True)
    subject = fields.String(required=True, allow_none=True, metadata={"description": "The user id of its sender"})
    person = fields.String(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    status = fields.String(required=True, metadata={"enum": STATES})
    reason = fields.String(required=True, allow_none=True, metadata={"description": "Why it waits, or waited"})


class TakenEventsSchema(Schema):
    """A page of events, the last to arrive first."""

    events = fields.List(fields.Nested(TakenEventSchema), required=True)
    next_before = fields.Integer(
        required=True, allow_none=True, metadata={"description": "`before` of the page that follows"}
    )


class TraceSchema(Schema):
    """What became of an event."""

    receipt_id = fields.String(required=True)
    source = fields.String(required=True)
    id = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": STATES})
    reason = fields.String(
        metadata={"enum": [reason.value for reason in QuarantineReason], "description": "Why it waits"}
    )
    detail = fields.String(metadata={"description": "The same in a sentence"})
    since = fields.AwareDateTime(metadata={"description": "Since when it waits"})
    discarded = fields.Nested(DecidedBySchema)
    trust = fields.Integer(required=True, allow_none=True)
    record_url = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Where the record is to be seen in the sender's system"},
    )
    received_at = fields.AwareDateTime(required=True)
    delivery_id = fields.String(required=True, metadata={"description": "The request that brought it"})
    late = fields.Boolean(required=True)
    day = fields.Date(required=True, metadata={"description": "The company's day on which it counts"})
    period = fields.String(required=True)
    person = fields.String(required=True, allow_none=True)
    event = fields.Dict(required=True, metadata={"description": "The event as it is kept"})
    counted_for = fields.List(fields.Nested(CountedForSchema), required=True)
    corrected_by = fields.List(fields.Nested(CorrectionSchema), required=True)
    conflicts = fields.List(fields.Nested(ConflictSchema), required=True)
    released = fields.List(fields.Nested(ReleaseSchema), required=True)
    not_counted = fields.List(fields.Nested(LeftOutByGuardSchema), required=True)
    conversion = fields.Nested(ConversionSchema, required=True, allow_none=True)
    hold = fields.Nested(HoldOfEventSchema, required=True, allow_none=True)
    share_claim = fields.Nested(ShareClaimDecisionSchema, required=True, allow_none=True)
