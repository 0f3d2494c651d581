"""The shapes in which plan files come in, and findings go out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from service.plans import Rules, load_texts

MAX_FILES = 200
"""Plan files in one request; there are ten roles."""

FILES = {
    "description": "Every plan file by its name, with `_org.yaml` and what it extends",
    "example": {"_org.yaml": "schema: incentive/1\n...", "closer.yaml": "schema: incentive/1\n..."},
}


def files_field(*, required: bool) -> fields.Dict:
    """Plan files by name."""
    return fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"[a-z0-9_]{1,64}\.yaml\Z")),
        values=fields.String(),
        required=required,
        validate=validate.Length(1, MAX_FILES),
        metadata=FILES,
    )


class PlanFindingSchema(Schema):
    """One finding with its place."""

    code = fields.String(metadata={"example": "W-CLIFF"})
    message = fields.String()
    file = fields.String()
    line = fields.Integer()
    column = fields.Integer()
    suggestion = fields.String()
    amount = fields.String(allow_none=True, metadata={"description": "How much money it moves, if it does"})


def rules_of(body: Mapping[str, Any]) -> Rules:
    """The rules of the files in a body."""
    return load_texts(body["files"])
