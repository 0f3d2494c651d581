"""Answers that are a table: JSON, unless CSV is asked for."""

from __future__ import annotations

from flask import request
from marshmallow import Schema, fields, validate

CSV = "text/csv"

TEXT = {"type": "string"}
"""A table as CSV, and a header, in the OpenAPI document."""


class FormatSchema(Schema):
    """As what a table is wanted."""

    format = fields.String(
        load_default="",
        validate=validate.OneOf(["", "csv", "json"]),
        metadata={"description": "Without it, what `Accept` asks for"},
    )


def wants_csv(given: str) -> bool:
    """Whether the present request asks for CSV: by `format`, else by its header."""
    return given == "csv" or (not given and request.accept_mimetypes.best == CSV)
