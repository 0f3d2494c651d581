"""`/v1/plans/backtests`: a draft on the facts of past months, worked out in the background."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validates_schema
from marshmallow.exceptions import ValidationError

from service.api.auth import credential, requires
from service.api.plan_schemas import files_field, rules_of
from service.api.reader import FileBlueprint
from service.domain.backtest import Backtest, Progress, demand_past, new_backtest_id, result_document
from service.domain.period import Period
from service.flows.start_backtest import start_backtest
from service.plans import Plan, get_plan, plan_from_document
from service.reports.backtest import get_backtest
from service.reports.company import company_today
from service.runtime import current

blueprint = FileBlueprint(
    "backtests", __name__, url_prefix="/v1/plans/backtests", description="Draft plans tried on past months."
)


class BacktestSchema(Schema):
    """A draft, as files or as a document, and the months to try it on."""

    plan = fields.String(metadata={"description": "Id of the plan in `files`", "example": "closer"})
    files = files_field(required=False)
    document = fields.String(metadata={"description": "The canonical document of a plan, as text, instead of files"})
    first = fields.String(data_key="from", required=True, metadata={"example": "2026-05"})
    last = fields.String(data_key="to", required=True, metadata={"example": "2026-10"})

    @validates_schema
    def _one_draft(self, body: Mapping[str, Any], **_: object) -> None:
        """Files with the plan meant, or a document."""
        if ("files" in body) == ("document" in body) or ("files" in body) != ("plan" in body):
            raise ValidationError("Send `files` and `plan`, or `document`.")


class BacktestAskedSchema(Schema):
    """A backtest that was taken up."""

    backtest_id = fields.String()


class SumsSchema(Schema):
    """Amounts over those whom the draft can pay."""

    before = fields.String(metadata={"description": "Posted, and drafted where the month is not closed"})
    after = fields.String(metadata={"description": "What the draft gives"})
    difference = fields.String()


class MonthOfPersonSchema(SumsSchema):
    """A month of one person."""

    period = fields.String()


class MonthTriedSchema(MonthOfPersonSchema):
    """A month in all."""

    closed = fields.Boolean()
    people = fields.Integer()


class PersonTriedSchema(SumsSchema):
    """One person in all months."""

    person_id = fields.String()
    name = fields.String()
    months = fields.List(fields.Nested(MonthOfPersonSchema))


class LeftOutSchema(Schema):
    """A month of a person that the draft cannot pay for want of inputs."""

    person_id = fields.String()
    period = fields.String()
    missing = fields.List(fields.String())


class ResultSchema(SumsSchema):
    """What the months would have paid."""

    winners = fields.Integer()
    losers = fields.Integer()
    unchanged = fields.Integer()
    months = fields.List(fields.Nested(MonthTriedSchema))
    people = fields.List(fields.Nested(PersonTriedSchema))
    left_out = fields.List(fields.Nested(LeftOutSchema))
    counted_otherwise = fields.List(
        fields.String(), metadata={"description": "Metrics whose facts were counted by another definition"}
    )


class ProgressSchema(Schema):
    """How far a backtest is; the result covers the months that are done."""

    backtest_id = fields.String()
    state = fields.String(metadata={"enum": ["waiting", "running", "done", "failed"]})
    failure = fields.String(metadata={"description": "Why it failed; empty if it did not"})
    done = fields.Integer(metadata={"description": "Months worked out"})
    total = fields.Integer(metadata={"description": "Months asked for"})
    plan_id = fields.String()
    hash = fields.String()
    first = fields.String(data_key="from")
    last = fields.String(data_key="to")
    asked_by = fields.String()
    asked_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)
    result = fields.Nested(ResultSchema)


@blueprint.post("")
@requires("plans:write")
@blueprint.arguments(BacktestSchema)
@blueprint.response(202, BacktestAskedSchema)
def ask_for_backtest(body: Mapping[str, Any]) -> object:
    """Try a draft plan on past months; it is worked out in the background and moves nothing."""
    runtime, plan = current(), _draft(body)
    now, span = runtime.now(), (Period.parse(body["first"]), Period.parse(body["last"]))
    with runtime.transaction() as session:
        demand_past(*span, company_today(session, now))
        asked = Backtest(
            new_backtest_id(),
            plan.id,
            plan.content_hash,
            plan.document,
            plan.effective_from,
            *span,
            now,
            credential().name,
        )
        start_backtest(session, asked)
    return {"backtest_id": asked.backtest_id}


@blueprint.get("/<backtest_id>")
@requires("plans:write")
@blueprint.response(200, ProgressSchema)
def read_backtest(backtest_id: str) -> object:
    """How far a backtest is, and its result: pay of people, so it needs the scope that may publish."""
    with current().reading() as session:
        return _document(get_backtest(session, backtest_id))


def _draft(body: Mapping[str, Any]) -> Plan:
    return plan_from_document(body["document"]) if "document" in body else get_plan(rules_of(body), body["plan"])


def _document(progress: Progress) -> dict[str, object]:
    asked = progress.backtest
    return {
        "backtest_id": asked.backtest_id,
        "state": progress.state,
        "failure": progress.failure,
        "done": len(progress.months),
        "total": len(asked.months),
        "plan_id": asked.plan_id,
        "hash": asked.plan_hash,
        "first": str(asked.first),
        "last": str(asked.last),
        "asked_by": asked.asked_by,
        "asked_at": asked.asked_at,
        "ended_at": progress.ended_at,
        "result": result_document(progress.months),
    }
