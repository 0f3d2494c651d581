"""`/v1/limits`: every limit that a sender may run into, with its value for the source that asks."""

from __future__ import annotations

from http import HTTPStatus

from marshmallow import Schema, fields

from service.api.auth import credential, requires
from service.api.reader import MAX_BODY_BYTES, MAX_HOOK_BYTES, Blueprint
from service.api.request_id import MAX_HEADER_BYTES
from service.domain.admission import CLOCK_TOLERANCE
from service.domain.rate import BURST_S
from service.domain.repetition import KEPT
from service.domain.source import EVENTS_PER_S, MAX_AGE_DAYS, REQUESTS_PER_S
from service.domain.source_key import MOST_ACTIVE
from service.reports.sources import find_source
from service.runtime import current
from service.sources.form import MAX_BRACKETS, MAX_FIELDS
from service.sources.json_text import (
    MAX_DECIMAL_DIGITS,
    MAX_DEPTH,
    MAX_EXPONENT,
    MAX_INTEGER_DIGITS,
    MAX_KEYS,
    MAX_STRING_BYTES,
)
from service.sources.native import MAX_CREDITS, MAX_ITEM_BYTES, MAX_ITEMS
from service.sources.standard_webhooks import MOST_SIGNATURES, TOLERANCE_S

blueprint = Blueprint("limits", __name__, url_prefix="/v1/limits", description="What a sender may run into.")

READ_TIMEOUT_S = 10
"""What the proxy in front of us is to be set to (docs/operating.md): we do not close slow connections ourselves."""

FIXED = {
    "body_bytes": MAX_BODY_BYTES,
    "hook_body_bytes": MAX_HOOK_BYTES,
    "header_bytes": MAX_HEADER_BYTES,
    "items": MAX_ITEMS,
    "item_bytes": MAX_ITEM_BYTES,
    "credits": MAX_CREDITS,
    "depth": MAX_DEPTH,
    "keys_of_an_object": MAX_KEYS,
    "text_bytes": MAX_STRING_BYTES,
    "integer_digits": MAX_INTEGER_DIGITS,
    "decimal_digits": MAX_DECIMAL_DIGITS,
    "decimal_exponent": MAX_EXPONENT,
    "form_fields": MAX_FIELDS,
    "form_depth": MAX_BRACKETS,
    "read_timeout_s": READ_TIMEOUT_S,
    "future_s": int(CLOCK_TOLERANCE.total_seconds()),
    "signature_age_s": TOLERANCE_S,
    "signatures": MOST_SIGNATURES,
    "active_keys": MOST_ACTIVE,
    "idempotency_days": KEPT.days,
    "burst_s": BURST_S,
}
"""The limits that are the same for everybody, by name; the unit is the end of the name."""


class LimitsSchema(Schema):
    """The limits, by name."""

    source = fields.String(required=True, allow_none=True)
    limits = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


@blueprint.get("")
@requires("events:write")
@blueprint.response(HTTPStatus.OK, LimitsSchema)
def read_limits() -> object:
    """Every limit of the source whose key asks."""
    source_id = credential().source_id
    with current().reading() as session:
        source = find_source(session, source_id) if source_id else None
    own = {
        "requests_per_s": source.requests_per_s if source else REQUESTS_PER_S,
        "events_per_s": source.events_per_s if source else EVENTS_PER_S,
        "max_age_days": source.max_age_days if source else MAX_AGE_DAYS,
    }
    return {"source": source_id, "limits": own | FIXED}
