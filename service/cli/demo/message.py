"""A message: one event as the demo company's CRM sends it, with the moment it arrives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Sofia")
"""Where the demo company works."""

SECONDS_OF_A_MINUTE = 60

MORNING = time(9)
AFTERNOON = time(13, 30)
"""Half an hour past one; the morning ends an hour earlier."""

WORKING_S = 8 * 60 * SECONDS_OF_A_MINUTE
"""Seconds of both halves of the day."""

FIRST_HALF_S = 210 * SECONDS_OF_A_MINUTE
"""Seconds before lunch."""


@dataclass(frozen=True, slots=True)
class Message:
    """What the CRM says (`body` is the native JSON), when it happened, and when it reaches us."""

    happened_at: datetime
    arrives_at: datetime
    body: Mapping[str, object]

    @property
    def external_id(self) -> str:
        """The sender's id, by which a repetition is recognised."""
        return str(self.body["id"])


def message(kind: str, external_id: str, crm_user: str, happened_at: datetime, **fields: object) -> Message:
    """An event that arrives within the minute."""
    body = {"id": external_id, "type": kind, "subject": crm_user, "time": happened_at.isoformat(), "data": fields}
    return Message(happened_at, happened_at + timedelta(seconds=30), body)


def brought_by(told: Message, crm_user: str) -> Message:
    """The same message, with the one who brought the lead beside the one it is about."""
    credit = [{"person": told.body["subject"], "part": "owner"}, {"person": crm_user, "part": "lead_source"}]
    return replace(told, body={**told.body, "credit": credit})


def working_moment(day: date, second: int) -> datetime:
    """The moment so many working seconds into the day, lunch left out."""
    start = datetime.combine(day, MORNING, ZONE) if second < FIRST_HALF_S else datetime.combine(day, AFTERNOON, ZONE)
    return start + timedelta(seconds=second if second < FIRST_HALF_S else second - FIRST_HALF_S)


def some_moment(chance: Random, day: date) -> datetime:
    """Any moment of the working day."""
    return working_moment(day, chance.randrange(WORKING_S))
