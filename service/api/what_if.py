"""`/v1/people/{id}/what-if`: what a person's open month would pay if more were done; and what their months pay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.next_steps import NextStepSchema, next_step_documents
from service.api.reader import Blueprint
from service.domain.figures import Language
from service.domain.money import format_minor
from service.domain.period import Period
from service.domain.what_if import MAX_EVENTS, MAX_METRICS, LineChange
from service.flows.note_look import note_look
from service.reports.company import company_today
from service.reports.earnings import Earnings, Overview, get_overview
from service.runtime import current
from service.trial import Imagined, WhatIf, what_if

blueprint = Blueprint(
    "what_if", __name__, url_prefix="/v1/people", description="What people's months pay, and would pay."
)


class ImaginedEventSchema(Schema):
    """An event of the person that did not happen."""

    type = fields.String(required=True, metadata={"example": "payment.received"})
    time = fields.String(metadata={"description": "With offset; now if it is left out"})
    data = fields.Dict(load_default=dict, metadata={"example": {"deal_id": "8", "amount": "1500.00"}})


class ImaginedSchema(Schema):
    """What more is done: so much of metrics, or events."""

    period = fields.String(metadata={"description": "An open month; the present one if it is left out"})
    add = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default=dict,
        validate=validate.Length(max=MAX_METRICS),
        metadata={"description": "By metric, decimal text in its unit", "example": {"meetings_held": "3"}},
    )
    events = fields.List(
        fields.Nested(ImaginedEventSchema), load_default=list, validate=validate.Length(max=MAX_EVENTS)
    )
    lang = fields.String(
        load_default=Language.EN.value, validate=validate.OneOf([language.value for language in Language])
    )


class SumsSchema(Schema):
    """What a month pays, and what is beside it."""

    payable = fields.String(metadata={"example": "1250.00"})
    held = fields.String(metadata={"description": "Held back at the end of the month"})
    draw = fields.String(metadata={"description": "Advanced and not recovered at the end of the month"})


class LineChangeSchema(Schema):
    """What one rule gives before and after."""

    rule = fields.String()
    kind = fields.String()
    month = fields.String(metadata={"description": "The month of the work"})
    label = fields.String()
    label_bg = fields.String()
    before = fields.String()
    after = fields.String()
    difference = fields.String()


class WhatIfSchema(Schema):
    """A month as it is and as it would be; nothing of it is kept."""

    person_id = fields.String()
    period = fields.String()
    before = fields.Nested(SumsSchema)
    after = fields.Nested(SumsSchema)
    difference = fields.String(metadata={"description": "Of what is payable"})
    lines = fields.List(fields.Nested(LineChangeSchema))
    next_steps = fields.List(fields.Nested(NextStepSchema), metadata={"description": "What would pay then"})


class MonthPaySchema(Schema):
    """What one month pays, and how firm that is."""

    period = fields.String()
    status = fields.String(metadata={"description": "estimated, confirmed, approved or paid"})
    payable = fields.String()


class OverviewSchema(Schema):
    """A person's money of the last months by how firm it is, and what is beside it now."""

    person_id = fields.String()
    estimated = fields.String(metadata={"description": "Of months that are open"})
    confirmed = fields.String(metadata={"description": "Of closed months that nobody approved yet"})
    approved = fields.String(metadata={"description": "Of approved months that were not paid yet"})
    paid = fields.String(metadata={"description": "Of months that were paid"})
    held = fields.String(metadata={"description": "Held back"})
    draw = fields.String(metadata={"description": "Advanced and not recovered"})
    months = fields.List(fields.Nested(MonthPaySchema), metadata={"description": "The latest first"})


@blueprint.post("/<person_id>/what-if")
@requires("statements:read")
@blueprint.arguments(ImaginedSchema)
@blueprint.response(200, WhatIfSchema)
def ask_what_if(body: Mapping[str, Any], person_id: str) -> object:
    """What a person's open month would pay with so much more done, by the same flows that pay it; a look is noted."""
    period = Period.parse(body["period"]) if "period" in body else None
    found = what_if(person_id, period, Imagined(body["add"], body["events"]))
    _note_look(person_id, str(found.before.period))
    return _answer(person_id, found, body["lang"])


@blueprint.get("/<person_id>/earnings")
@requires("statements:read")
@blueprint.response(200, OverviewSchema)
def read_earnings(person_id: str) -> object:
    """A person's money of the last twelve months: estimated, confirmed, approved and paid, and what is held back."""
    with current().reading() as session:
        last = Period.of(company_today(session, current().now()))
        found = get_overview(session, person_id, last)
    _note_look(person_id, str(last))
    return _overview(person_id, found)


def _answer(person_id: str, found: WhatIf, language: str) -> dict[str, object]:
    return {
        "person_id": person_id,
        "period": str(found.before.period),
        "before": _sums(found.before),
        "after": _sums(found.after),
        "difference": format_minor(found.after.payable_minor - found.before.payable_minor),
        "lines": [_line(line) for line in found.lines],
        "next_steps": next_step_documents(found.steps, language),
    }


def _sums(earnings: Earnings) -> dict[str, str]:
    return {
        "payable": format_minor(earnings.payable_minor),
        "held": format_minor(earnings.balances.held_minor),
        "draw": format_minor(earnings.balances.draw_minor),
    }


def _line(line: LineChange) -> dict[str, str]:
    return {
        "rule": line.rule,
        "kind": line.kind,
        "month": str(line.month),
        "label": line.label,
        "label_bg": line.label_bg,
        "before": format_minor(line.before_minor),
        "after": format_minor(line.after_minor),
        "difference": format_minor(line.difference_minor),
    }


def _overview(person_id: str, found: Overview) -> dict[str, object]:
    return {
        "person_id": person_id,
        **{status: format_minor(amount) for status, amount in found.by_status.items()},
        "held": format_minor(found.balances.held_minor),
        "draw": format_minor(found.balances.draw_minor),
        "months": [
            {"period": str(month.period), "status": month.status, "payable": format_minor(month.payable_minor)}
            for month in found.months
        ],
    }


def _note_look(person_id: str, period: str) -> None:
    with current().transaction() as session:
        note_look(session, credential().name, person_id, period, now=current().now())
