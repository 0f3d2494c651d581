"""`/v1/reminders`: what the ends of months ask of somebody."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from marshmallow import Schema, fields

from service.api.auth import requires
from service.api.reader import Blueprint
from service.domain.reminder import Task
from service.reports.reminders import all_reminders, open_reminders
from service.runtime import current

blueprint = Blueprint("reminders", __name__, url_prefix="/v1", description="What the ends of months ask of somebody.")


class Which(StrEnum):
    """Which reminders."""

    OPEN = "open"
    ALL = "all"


class RemindersQuerySchema(Schema):
    """Which reminders."""

    state = fields.Enum(Which, by_value=True, load_default=Which.OPEN)


class ReminderSchema(Schema):
    """Something that somebody must do about a month."""

    period = fields.String(required=True, metadata={"example": "2026-10"})
    version = fields.Integer(required=True, metadata={"description": "Of the closing it is about; 0 before the first"})
    task = fields.String(required=True, metadata={"enum": [task.value for task in Task]})
    who = fields.String(required=True, metadata={"example": "finance"})
    what = fields.String(required=True, metadata={"example": "Pay 2026-10 and note it: `stimul period pay 2026-10`."})
    due_at = fields.String(required=True)
    reminded_at = fields.String(
        required=True, allow_none=True, metadata={"description": "When a worker noted it; null until it has"}
    )
    open = fields.Boolean(required=True, metadata={"description": "Whether it is still to be done"})


@blueprint.get("/reminders")
@requires("payouts:read")
@blueprint.arguments(RemindersQuerySchema, location="query")
@blueprint.response(HTTPStatus.OK, ReminderSchema(many=True))
def read_reminders(asked: Mapping[str, Any]) -> object:
    """What is to be done about the months that are over, or everything that somebody was ever reminded of."""
    runtime = current()
    report = open_reminders if asked["state"] is Which.OPEN else all_reminders
    with runtime.reading() as session:
        return report(session, runtime.period_calendar, now=runtime.now())
