"""`/v1/plans:check` and its like: what plan files would do, before anything is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from service.api.auth import requires
from service.api.plan_schemas import PlanFindingSchema, files_field, rules_of
from service.api.reader import FileBlueprint
from service.domain.money import format_minor
from service.plans import Plan, answer, get_plan, given_to_inputs
from service.plans.diff import differences
from service.plans.gate import audit, unpublishable
from service.plans.hints import hints
from service.plans.paper import as_html, paper
from service.plans.paper.wording import LANGUAGES
from service.reports.company import company_today
from service.reports.cost import costs_of
from service.reports.plans import plan_in_force_on
from service.runtime import current

blueprint = FileBlueprint(
    "plan_drafts",
    __name__,
    url_prefix="/v1",
    description="Plan files checked, evaluated and compared; nothing is kept.",
)


class CheckSchema(Schema):
    """Plan files, and which plans of them to check."""

    files = files_field(required=True)
    plans = fields.List(fields.String(), load_default=list, metadata={"description": "All of them if left out"})


class CheckedSchema(Schema):
    """Everything that is wrong or questionable, by place."""

    publishable = fields.Boolean(metadata={"description": "No finding is open, and examples guard 80 % of the numbers"})
    findings = fields.List(fields.Nested(PlanFindingSchema))
    notes = fields.List(fields.String(), metadata={"description": "What could not be looked at, and why"})


class PlanOfSchema(Schema):
    """A plan: of these files, or the published one."""

    plan = fields.String(required=True, metadata={"description": "Id of the plan", "example": "closer"})
    files = files_field(required=False)


class GivenSchema(PlanOfSchema):
    """A plan and what it is evaluated on."""

    given = fields.Dict(
        required=True,
        metadata={
            "description": "Inputs as in an example of a plan file; amounts as decimal texts",
            "example": {"employee": {"fixed_salary": "1500.00"}, "metric": {"calls": 210}},
        },
    )


class EvaluationSchema(Schema):
    """What a plan gives on these inputs."""

    plan = fields.String()
    hash = fields.String()
    lines = fields.Dict(metadata={"description": "Amount of each rule"})
    factors = fields.Dict(metadata={"description": "Value of each gate and multiplier"})
    total = fields.String()
    payable = fields.String(metadata={"description": "The total without what payroll pays anyway"})
    explanation = fields.List(fields.Dict())
    pools = fields.Dict(metadata={"description": "Shares by pool and member, where members are given"})
    points = fields.Dict(metadata={"description": "Points by rule, where days are given"})
    points_total = fields.Integer()
    streaks = fields.Dict(metadata={"description": "Days in a row on the last of the days given, by rule"})


class HintSchema(Schema):
    """A step in one input and what it would pay."""

    input = fields.String(metadata={"example": "metric.calls"})
    title = fields.String()
    title_bg = fields.String()
    step = fields.String(metadata={"description": "How much more or less of it, exact"})
    to = fields.String()
    gain = fields.String(metadata={"description": "What it would add to the month"})
    text = fields.String(metadata={"example": "1 more of Calls pays 1,674.04"})


class DiffSchema(PlanOfSchema):
    """A plan of these files, and the one it is compared with."""

    files = files_field(required=True)
    old_files = files_field(required=False)


class DifferencesSchema(Schema):
    """What changes, sentence by sentence."""

    old_hash = fields.String()
    new_hash = fields.String()
    differences = fields.List(fields.String())


class PaperSchema(PlanOfSchema):
    """A plan and the language of its document."""

    language = fields.String(load_default="en", validate=validate.OneOf(LANGUAGES))


class PlanPaperSchema(Schema):
    """A plan in sentences."""

    plan = fields.String()
    hash = fields.String()
    html = fields.String(metadata={"description": "A whole page that prints"})


@blueprint.post("/plans:check")
@requires("plans:read")
@blueprint.arguments(CheckSchema)
@blueprint.response(200, CheckedSchema)
def check_plans(body: Mapping[str, Any]) -> object:
    """Check plan files: form, names, types, examples, and what the linter asks about."""
    rules = rules_of(body)
    with current().reading() as session:
        today = company_today(session, current().now())
        costs = costs_of(session, rules, body["plans"], today)
    found = audit(rules, body["plans"], today, costs.findings)
    plan_ids = body["plans"] or rules.plan_ids
    ready = not any(unpublishable(rules, plan_id, today, costs.findings) for plan_id in plan_ids)
    return {"publishable": ready, "findings": [item.as_json() for item in found], "notes": costs.notes}


@blueprint.post("/plans:eval")
@requires("plans:read")
@blueprint.arguments(GivenSchema)
@blueprint.response(200, EvaluationSchema)
def evaluate_plan(body: Mapping[str, Any]) -> object:
    """Evaluate a plan on given inputs, with every reason."""
    return answer(_plan(body), body["given"])


@blueprint.post("/plans:hints")
@requires("plans:read")
@blueprint.arguments(GivenSchema)
@blueprint.response(200, HintSchema(many=True))
def hint_at_steps(body: Mapping[str, Any]) -> object:
    """What the next call, meeting or euro would pay, the best first."""
    plan = _plan(body)
    return [
        {
            "input": item.name,
            "title": item.title,
            "title_bg": item.title_bg,
            "step": str(item.step),
            "to": str(item.to),
            "gain": format_minor(item.gain_minor),
            "text": str(item),
        }
        for item in hints(plan, given_to_inputs(plan, body["given"]))
    ]


@blueprint.post("/plans:diff")
@requires("plans:read")
@blueprint.arguments(DiffSchema)
@blueprint.response(200, DifferencesSchema)
def compare_plans(body: Mapping[str, Any]) -> object:
    """What changes for people: the plan of these files against older files, or against the published one."""
    new = _plan(body)
    old = _plan({"plan": body["plan"], "files": body["old_files"]} if "old_files" in body else {"plan": body["plan"]})
    return {"old_hash": old.content_hash, "new_hash": new.content_hash, "differences": differences(old, new)}


@blueprint.post("/plans:doc")
@requires("plans:read")
@blueprint.arguments(PaperSchema)
@blueprint.response(200, PlanPaperSchema)
def write_paper(body: Mapping[str, Any]) -> object:
    """The plan as a document for the people it pays: sentences, a chart, and the examples of its file worked out."""
    plan = _plan(body)
    return {"plan": plan.id, "hash": plan.content_hash, "html": as_html(paper(plan, body["language"]))}


def _plan(body: Mapping[str, Any]) -> Plan:
    """The plan that is meant: of the files that were sent, else as it is published."""
    if "files" in body:
        return get_plan(rules_of(body), body["plan"])
    with current().reading() as session:
        return plan_in_force_on(session, body["plan"], company_today(session, current().now()))
