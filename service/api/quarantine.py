"""`/v1/quarantine`: what waits, and what is done about it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.decisions import DecisionSchema, decision
from service.api.moments import Moment
from service.api.reader import Blueprint
from service.domain.errors import InvalidError
from service.domain.event import QuarantineReason
from service.domain.waiting import WaitingQuery
from service.flows.discard_waiting import discard_waiting
from service.flows.note_replay import note_replay
from service.flows.replay_quarantine import replay_quarantine
from service.flows.vouch_for_waiting import vouch_for_waiting
from service.reports.quarantine import Place, count_quarantine, list_quarantine
from service.runtime import current

blueprint = Blueprint("quarantine", __name__, url_prefix="/v1", description="Events that wait for clarification.")

PAGE, PAGE_AT_MOST = 100, 1_000
"""Events of a page: a screen or two unless asked for more; a full page is a second's work."""

MOST_RECEIPTS = 1_000
"""Events named one by one in a request."""

PLACE_PARTS = (1, 3)
"""A place is a number, or the three parts of a conflict's key."""


class PlaceError(InvalidError):
    """A place in a list that no page of it ended with."""

    code = "invalid_page"

    def __init__(self) -> None:
        super().__init__("`after` is the `next_after` of the page before; leave it out for the first page.")


class ChosenSchema(Schema):
    """Which waiting events; what is left out does not choose."""

    reason = fields.Enum(QuarantineReason, by_value=True)
    source = fields.String()
    subject = fields.String(metadata={"description": "The user id that is waited for"})
    since = Moment(metadata={"description": "Waiting since then, or later"})
    until = Moment(metadata={"description": "Waiting since before then"})


class AskedSchema(ChosenSchema):
    """A page of waiting events."""

    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, PAGE_AT_MOST))
    after = fields.String(load_default="", metadata={"description": "`next_after` of the page before"})


class NamedSchema(ChosenSchema):
    """Waiting events, also by receipt."""

    receipts = fields.List(fields.String(), validate=validate.Length(max=MOST_RECEIPTS))


class ReplaySchema(Schema):
    """What to judge again."""

    filter = fields.Nested(NamedSchema, load_default=dict)
    dry_run = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class DiscardSchema(DecisionSchema):
    """What shall never count, and why."""

    filter = fields.Nested(NamedSchema, required=True)


class WaitingSchema(Schema):
    """An event that waits, or a conflict."""

    receipt_id = fields.String(required=True)
    source = fields.String(required=True)
    id = fields.String(required=True)
    type = fields.String(required=True)
    time = fields.String(required=True)
    subject = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    detail = fields.String(required=True)
    since = fields.String(required=True)


class QuarantineSchema(Schema):
    """A page of what waits."""

    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    waiting = fields.List(fields.Nested(WaitingSchema), required=True)
    next_after = fields.String(required=True, allow_none=True)


class ReplayedSchema(Schema):
    """What a replay did, or would do."""

    released = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    dry_run = fields.Boolean(required=True)


class DiscardedSchema(Schema):
    """How many were discarded."""

    discarded = fields.Integer(required=True)


@blueprint.get("/quarantine")
@requires("quarantine:write")
@blueprint.arguments(AskedSchema, location="query")
@blueprint.response(HTTPStatus.OK, QuarantineSchema)
def read_quarantine(asked: Mapping[str, Any]) -> object:
    """What waits, and for what; `counts` is of everything, by reason."""
    with current().reading() as session:
        rows, rest = list_quarantine(session, _query(asked), _place(asked["after"]), asked["limit"])
        return {"counts": count_quarantine(session), "waiting": rows, "next_after": _text(rest)}


@blueprint.post("/quarantine:replay")
@requires("quarantine:write")
@blueprint.arguments(ReplaySchema)
@blueprint.response(HTTPStatus.OK, ReplayedSchema)
def replay(asked: Mapping[str, Any]) -> object:
    """Judge waiting events again and let those count that nothing holds any more."""
    return _replayed(_query(asked["filter"]), dry_run=bool(asked["dry_run"]))


@blueprint.post("/quarantine:vouch")
@requires("quarantine:write")
@blueprint.arguments(DiscardSchema)
@blueprint.response(HTTPStatus.OK, ReplayedSchema)
def vouch(asked: Mapping[str, Any]) -> object:
    """Answer for events of low trust, or of the named reason, and let those count that nothing else holds."""
    with current().transaction() as session:
        meant = vouch_for_waiting(session, _query(asked["filter"]), decision(asked["why"]))
    return _replayed(meant, dry_run=False)


def _replayed(wanted: WaitingQuery, *, dry_run: bool) -> object:
    runtime = current()
    released = waiting = after = 0
    while True:
        with runtime.trial() if dry_run else runtime.transaction() as session:
            step = replay_quarantine(session, after, wanted, now=runtime.now())
        if step is None:
            break
        released, waiting, after = released + step.released, waiting + step.waiting, step.after
    if released and not dry_run:
        with runtime.transaction() as session:
            note_replay(session, credential().name, released, now=runtime.now())
    return {"released": released, "waiting": waiting, "dry_run": dry_run}


@blueprint.post("/quarantine:discard")
@requires("quarantine:write")
@blueprint.arguments(DiscardSchema)
@blueprint.response(HTTPStatus.OK, DiscardedSchema)
def discard(asked: Mapping[str, Any]) -> object:
    """Let waiting events never count, and conflicts be done with; who and why stays with them."""
    with current().transaction() as session:
        return {"discarded": discard_waiting(session, _query(asked["filter"]), decision(asked["why"]))}


def _query(asked: Mapping[str, Any]) -> WaitingQuery:
    return WaitingQuery(
        asked.get("reason"),
        asked.get("source", ""),
        asked.get("subject", ""),
        asked.get("since"),
        asked.get("until"),
        tuple(asked.get("receipts", ())),
    )


def _place(text: str) -> Place:
    if not text:
        return ()
    try:
        place = json.loads(base64.urlsafe_b64decode(text))
    except (binascii.Error, ValueError):
        place = None
    is_place = isinstance(place, list) and len(place) in PLACE_PARTS and all(isinstance(part, str) for part in place)
    if not is_place or (len(place) == 1 and not place[0].isdecimal()):
        raise PlaceError
    return tuple(place)


def _text(place: Place | None) -> str | None:
    return None if place is None else base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
