"""`/v1/periods/{period}/replays`: closed months worked out again from what their close knew, in the background."""

from __future__ import annotations

import json
from typing import Any

from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.period import Period
from service.domain.replay import Replay, new_replay_id
from service.flows.note_look import note_look
from service.flows.start_replay import start_replay
from service.reports.replay import get_closing, get_replay
from service.runtime import current

blueprint = Blueprint(
    "replays", __name__, url_prefix="/v1/periods/<period>/replays", description="Closed months worked out again."
)

EVERYBODY = "everybody"
"""Whose money a replay may show, in the audit log."""


class ClosingReplaySchema(Schema):
    """Which closing is worked out again."""

    version = fields.Integer(
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "Number of the closing, withdrawn or not; without it the latest"},
    )


class ReplayAskedSchema(Schema):
    """A replay that was taken up, or that waits already."""

    replay_id = fields.String()


class DifferenceSchema(Schema):
    """One thing that came out differently."""

    person = fields.String(metadata={"description": "Empty where it is about everybody"})
    what = fields.String(metadata={"enum": ["line", "input", "event", "plan", "statement", "entry", "closing"]})
    name = fields.String(metadata={"description": "The rule, the input, the receipt, the account or the field"})
    month = fields.String()
    stored = fields.String(metadata={"description": "At the close; empty if it was not there"})
    recomputed = fields.String(metadata={"description": "Now; empty if it is not there"})
    inputs = fields.List(fields.String(), metadata={"description": "Inputs of the same person that differ"})


class ClosingReplayedSchema(Schema):
    """What a replay found."""

    period = fields.String()
    version = fields.Integer()
    equal = fields.Boolean(metadata={"description": "Whether all of it came out the same, to the byte"})
    people = fields.Integer()
    lines = fields.Integer()
    events = fields.Integer()
    document_hash = fields.String()
    recomputed_hash = fields.String()
    differences_count = fields.Integer()
    differences = fields.List(fields.Nested(DifferenceSchema), metadata={"description": "The first thousand"})


class ReplayStateSchema(Schema):
    """A replay: where it stands, and what it found."""

    replay_id = fields.String()
    period = fields.String()
    version = fields.Integer()
    state = fields.String(metadata={"enum": ["waiting", "done", "failed"]})
    failure = fields.String(metadata={"description": "Why it failed; empty if it did not"})
    asked_by = fields.String()
    asked_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)
    result = fields.Nested(ClosingReplayedSchema, allow_none=True)


@blueprint.post("")
@requires("payouts:read")
@blueprint.arguments(ClosingReplaySchema)
@blueprint.response(202, ReplayAskedSchema)
def ask_for_replay(body: dict[str, Any], period: str) -> object:
    """Work a closed month out again in the background; one that waits for the same closing is the answer."""
    runtime, month = current(), Period.parse(period)
    with runtime.transaction() as session:
        row = get_closing(session, month, body.get("version"))
        asked = Replay(new_replay_id(), month, row.version, runtime.now(), credential().name)
        return {"replay_id": start_replay(session, asked)}


@blueprint.get("/<replay_id>")
@requires("payouts:read")
@blueprint.response(200, ReplayStateSchema)
def read_replay(period: str, replay_id: str) -> object:
    """Where a replay stands, and every difference it found: amounts of people."""
    with current().reading() as session:
        found = get_replay(session, replay_id, Period.parse(period))
    with current().transaction() as session:
        note_look(session, credential().name, EVERYBODY, period, now=current().now())
    return _document(found)


def _document(found: Replay) -> dict[str, object]:
    return {
        "replay_id": found.replay_id,
        "period": str(found.period),
        "version": found.version,
        "state": found.state,
        "failure": found.failure,
        "asked_by": found.asked_by,
        "asked_at": found.asked_at,
        "ended_at": found.ended_at,
        "result": json.loads(found.document) or None,
    }
