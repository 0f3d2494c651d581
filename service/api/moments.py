"""Moments in requests: instants that stay inside the calendar, whatever zone they are written in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields


class Moment(fields.AwareDateTime):
    """An instant with its zone, in UTC; one that UTC has no date for is refused."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **named: Any) -> datetime:
        found = super()._deserialize(value, attr, data, **named)
        try:
            return found.astimezone(UTC)
        except OverflowError:
            raise ValidationError("This lies outside the calendar.") from None
