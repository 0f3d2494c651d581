"""Decisions about events as requests take them: the reason in the body, and who gave it when."""

from __future__ import annotations

from marshmallow import Schema, fields

from service.api.auth import credential
from service.domain.waiting import Decision
from service.runtime import current


class DecisionSchema(Schema):
    """Why it is decided so."""

    why = fields.String(required=True)


def decision(why: str) -> Decision:
    """What the key of this request decides now."""
    return Decision(credential().name, why, current().now())
