"""`/v1/plans`: the published plans and their versions, and publishing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.plan_schemas import files_field, rules_of
from service.api.reader import FileBlueprint
from service.domain.calendar import years_around
from service.domain.notice import REASON_CHARACTERS
from service.flows.fill_calendar import fill_calendar
from service.flows.publish_plan import Publication, publish_plan
from service.reports.company import company_today
from service.reports.cost import costs_of
from service.reports.plans import Version, published_plans, published_versions
from service.runtime import current

blueprint = FileBlueprint(
    "plans", __name__, url_prefix="/v1", description="Published plans, their versions, and publishing."
)

STATES = ["past", "in_force", "next"]


class VersionSchema(Schema):
    """A published version."""

    plan_id = fields.String()
    version = fields.String(metadata={"description": "As its author calls it"})
    hash = fields.String(metadata={"description": "sha256 of the canonical document"})
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True, metadata={"description": "Its last day; null until further notice"})
    state = fields.String(metadata={"enum": STATES})


class VersionDocumentSchema(VersionSchema):
    """A published version with its text and who published it."""

    published_at = fields.AwareDateTime()
    published_by = fields.String()
    without_notice_reason = fields.String(metadata={"description": "Empty if people had the notice that is due"})
    document = fields.Dict(metadata={"description": "The plan as its hash was computed from, as canonical JSON"})


class PlanSchema(Schema):
    """A plan with the versions that hold now and next."""

    plan_id = fields.String()
    versions = fields.List(fields.Nested(VersionSchema), metadata={"description": "In force and next, by start"})


class PublishSchema(Schema):
    """Plan files, and which plans of them to publish: all of these or none."""

    files = files_field(required=True)
    plans = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    without_notice = fields.String(
        load_default="",
        validate=validate.Length(max=REASON_CHARACTERS),
        metadata={"description": "The reason for publishing with less notice than is due; kept in the audit log"},
    )


class PublishedSchema(Schema):
    """What was published."""

    plan_id = fields.String()
    version = fields.String()
    hash = fields.String(attribute="plan_hash")
    starts_on = fields.Date()
    counted_again_from = fields.Date(
        attribute="vocabulary_from",
        allow_none=True,
        metadata={"description": "The metrics changed: events are counted again, with the new ones from this day on"},
    )


@blueprint.get("/plans")
@requires("plans:read")
@blueprint.response(200, PlanSchema(many=True))
def read_plans() -> object:
    """Every published plan with the versions in force and next."""
    with current().reading() as session:
        today = company_today(session, current().now())
        found = published_plans(session)
    return [
        {"plan_id": plan_id, "versions": _living(list(own), today)}
        for plan_id, own in groupby(found, key=lambda item: item.plan_id)
    ]


@blueprint.get("/plans/<plan_id>")
@requires("plans:read")
@blueprint.response(200, VersionDocumentSchema(many=True))
def read_plan(plan_id: str) -> object:
    """Every version of a plan, past, in force and next, with its document."""
    with current().reading() as session:
        today = company_today(session, current().now())
        return [_version(item, today) for item in published_versions(session, plan_id)]


@blueprint.post("/plans:publish")
@requires("plans:write")
@blueprint.arguments(PublishSchema)
@blueprint.response(200, PublishedSchema(many=True))
def publish_plans(body: Mapping[str, Any]) -> object:
    """Publish plans in the name of the API key: each is put in force from the day it names."""
    runtime, rules = current(), rules_of(body)
    now = runtime.now()
    with runtime.transaction() as session:
        fill_calendar(session, years_around(now.date()))
        today = company_today(session, now)
        costs = costs_of(session, rules, body["plans"], today).findings
        publication = Publication(credential().name, body["without_notice"], runtime.settings.plan_notice_days, costs)
        return [publish_plan(session, rules, plan_id, publication, today=today, now=now) for plan_id in body["plans"]]


def _living(versions: Sequence[Version], today: date) -> list[dict[str, object]]:
    return [_version(item, today) for item in versions if item.state(today) != "past"]


def _version(item: Version, today: date) -> dict[str, object]:
    return {
        "plan_id": item.plan_id,
        "version": item.version,
        "hash": item.plan_hash,
        "starts_on": item.starts_on,
        "ends_on": item.ends_on,
        "state": item.state(today),
        "published_at": item.published_at,
        "published_by": item.published_by,
        "without_notice_reason": item.without_notice_reason,
        "document": json.loads(item.document),
    }
