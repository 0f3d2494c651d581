"""`/v1/people/{id}/events`: a person's events of a day, what each counted for, and why it did not."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import Schema, fields

from service.api.auth import requires
from service.api.reader import Blueprint
from service.domain.conversion import Converted
from service.domain.period import Period
from service.reports.activity import Activity, Refusal, TooOften, list_activity
from service.reports.company import company_today
from service.reports.day import ALL_OF_A_DAY
from service.reports.person_month import get_person_month
from service.runtime import current

blueprint = Blueprint("activity", __name__, url_prefix="/v1", description="What people's events counted for.")

TAKEN_BACK, HELD = "taken_back", "held"


class DayQuerySchema(Schema):
    """Of which day."""

    day = fields.Date(metadata={"description": "The company's day; the present one if it is left out"})


class CountedSchema(Schema):
    """What an event added to a metric."""

    metric = fields.String()
    title = fields.String()
    value = fields.String(metadata={"description": "Exact, in the unit of the metric"})


class NotCountedSchema(Schema):
    """Why an event adds nothing to a metric, or to any."""

    metric = fields.String(allow_none=True, metadata={"description": "null: to no metric at all"})
    reason = fields.String(
        metadata={"description": "A field of the metric's `where`, a guard of the metric, `taken_back` or `held`"}
    )
    value = fields.String(allow_none=True, metadata={"description": "What the event said in that field"})
    limit = fields.String(allow_none=True, metadata={"description": "What the metric asks for"})


class ConvertedSchema(Schema):
    """An amount that its sender wrote in another currency, and what it came to in the company's."""

    field = fields.String()
    sent = fields.String(metadata={"example": "1000.00"})
    currency = fields.String(metadata={"example": "USD"})
    rate = fields.String(metadata={"description": "What a unit of the company's money costs", "example": "1.1725"})
    rate_day = fields.Date(allow_none=True, metadata={"description": "null: the rate is fixed by law"})
    amount = fields.String(metadata={"description": "In the company's currency", "example": "852.88"})


class ActivitySchema(Schema):
    """One event of a person."""

    receipt_id = fields.String()
    type = fields.String()
    occurred_at = fields.AwareDateTime()
    late = fields.Boolean()
    link = fields.String(metadata={"description": "The record in the CRM, where its source has a template"})
    counted = fields.List(fields.Nested(CountedSchema))
    not_counted = fields.List(fields.Nested(NotCountedSchema))
    converted = fields.List(fields.Nested(ConvertedSchema))


@blueprint.get("/people/<person_id>/events")
@requires("activity:read")
@blueprint.arguments(DayQuerySchema, location="query")
@blueprint.response(200, ActivitySchema(many=True))
@blueprint.alt_response(409, "CONFLICT")
def read_activity(query: dict[str, date], person_id: str) -> object:
    """A person's events of a day, the newest first: judged by the metrics of the plan of that month."""
    now = current().now()
    with current().reading() as session:
        day = query.get("day") or company_today(session, now)
        month = get_person_month(session, person_id, Period.of(day), now=now)
        metrics = {standard.metric for standard in month.standards}
        return [_shown(item) for item in list_activity(session, person_id, day, metrics, ALL_OF_A_DAY)]


def _shown(item: Activity) -> dict[str, Any]:
    missed = [*map(_refused, item.refusals), *map(_left_out, item.too_often)]
    if item.is_withdrawn:
        missed = [_none(TAKEN_BACK)]
    elif item.hold is not None:
        missed = [_none(HELD)]
    return {
        "receipt_id": item.receipt_id,
        "type": item.event.type,
        "occurred_at": item.event.occurred_at,
        "late": item.late,
        "link": item.link,
        "counted": [
            {"metric": metric.id, "title": metric.title, "value": str(metric.to_value(value))}
            for metric, value in item.counted
            if not item.is_withdrawn and item.hold is None
        ],
        "not_counted": missed,
        "converted": [_converted(one) for one in item.conversion.amounts] if item.conversion else [],
    }


def _converted(amount: Converted) -> dict[str, object]:
    return {**amount.as_json(), "rate_day": amount.rate_day}


def _refused(missed: Refusal) -> dict[str, Any]:
    condition = missed.condition
    asked = [f"at least {condition.minimum}"] if condition.minimum is not None else []
    asked += [f"at most {condition.maximum}"] if condition.maximum is not None else []
    said = None if missed.value is None else str(missed.value)
    return {"metric": missed.metric.id, "reason": condition.field, "value": said, "limit": ", ".join(asked)}


def _left_out(left: TooOften) -> dict[str, Any]:
    return {"metric": left.metric.id, "reason": left.guard.value, "value": None, "limit": str(left.limit)}


def _none(reason: str) -> dict[str, Any]:
    return {"metric": None, "reason": reason, "value": None, "limit": None}
