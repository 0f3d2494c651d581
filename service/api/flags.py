"""`/v1/flags`: what looks odd, with its evidence, and what somebody found it to be."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from marshmallow import Schema, fields, validate

from service.api.auth import requires
from service.api.decisions import decision
from service.api.reader import Blueprint
from service.domain.flag import FlagKind, FlagQuery
from service.domain.period import Period
from service.flows.settle_flag import settle_flag
from service.reports.flags import flag_documents
from service.runtime import current

blueprint = Blueprint("flags", __name__, url_prefix="/v1/flags", description="What looks odd; never a penalty.")


class WantedFlagsSchema(Schema):
    """Which flags; what is left out does not choose."""

    person = fields.String(load_default="")
    month = fields.String(load_default="", metadata={"example": "2026-10"})
    kind = fields.Enum(FlagKind, by_value=True, load_default=None)
    state = fields.String(load_default="open", validate=validate.OneOf(["open", "resolved", "all"]))


class NoteSchema(Schema):
    """What it was."""

    note = fields.String(required=True)


class FlagSchema(Schema):
    """A flag with the receipts of the events that show it."""

    flag_id = fields.String(required=True)
    person = fields.String(required=True)
    month = fields.String(required=True)
    kind = fields.String(required=True)
    detail = fields.String(required=True)
    evidence = fields.List(fields.String(), required=True)
    found_at = fields.String(required=True)
    resolved = fields.Dict(required=True, allow_none=True)


class FlagsSchema(Schema):
    """Flags, the latest month first."""

    flags = fields.List(fields.Nested(FlagSchema), required=True)


class SettledSchema(Schema):
    """A flag that somebody looked at."""

    flag_id = fields.String(required=True)
    state = fields.String(required=True)


@blueprint.get("")
@requires("flags:write")
@blueprint.arguments(WantedFlagsSchema, location="query")
@blueprint.response(HTTPStatus.OK, FlagsSchema)
def read_flags(asked: Mapping[str, Any]) -> object:
    """Flags of recent months that nobody has looked at; `state` asks for others."""
    resolved = {"open": False, "resolved": True}.get(asked["state"])
    period = Period.parse(asked["month"]) if asked["month"] else None
    with current().reading() as session:
        return {"flags": flag_documents(session, FlagQuery(asked["person"], period, asked["kind"], resolved))}


@blueprint.post("/<flag_id>:resolve")
@requires("flags:write")
@blueprint.arguments(NoteSchema)
@blueprint.response(HTTPStatus.OK, SettledSchema)
def resolve(asked: Mapping[str, Any], flag_id: str) -> object:
    """Write what a flag was, for the audit log; what counts stays as it is."""
    with current().transaction() as session:
        settle_flag(session, flag_id, decision(asked["note"]))
    return {"flag_id": flag_id, "state": "resolved"}
