"""Who has read the plan that pays them: told by person, and listed by plan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.confirmation import Confirmation
from service.domain.figures import Language
from service.flows.confirm_plan import confirm_plan
from service.reports.company import company_today
from service.reports.confirmations import PersonPlan, Reader, VersionReaders, confirmations_of, plans_of_person
from service.runtime import current

blueprint = Blueprint(
    "confirmations", __name__, url_prefix="/v1", description="Plans as they reach people, and who has read them."
)

LANGUAGES = [language.value for language in Language]


class LanguageSchema(Schema):
    """In which language."""

    language = fields.String(load_default="en", validate=validate.OneOf(LANGUAGES))


class VersionOfSchema(Schema):
    """A version of a plan."""

    plan_id = fields.String()
    version = fields.String()
    hash = fields.String(metadata={"description": "To be sent back in the confirmation"})
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)


class PersonPlanSchema(VersionOfSchema):
    """A plan that pays the person, now or next."""

    state = fields.String(metadata={"enum": ["in_force", "next"]})
    title = fields.String()
    html = fields.String(metadata={"description": "The plan in sentences, with a chart and examples, as published"})
    document = fields.Dict(metadata={"description": "The plan as canonical JSON"})
    confirmed_at = fields.AwareDateTime(allow_none=True)
    confirmed_language = fields.String(allow_none=True)


class ConfirmationSchema(Schema):
    """That the person has read the version with this hash."""

    hash = fields.String(required=True, validate=validate.Length(equal=64))
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))


class KeptSchema(Schema):
    """A confirmation as it is kept."""

    person_id = fields.String()
    hash = fields.String(attribute="plan_hash")
    language = fields.String()
    confirmed_at = fields.AwareDateTime()
    recorded_by = fields.String(metadata={"description": "The name of the key with which it was first told"})


class ReaderSchema(Schema):
    """Somebody whom the version pays."""

    person_id = fields.String()
    name = fields.String()
    confirmed_at = fields.AwareDateTime(allow_none=True, metadata={"description": "null: not yet"})
    language = fields.String(allow_none=True)


class ReadersSchema(VersionOfSchema):
    """Who has confirmed a version and who has not."""

    confirmed = fields.Integer()
    waiting = fields.Integer()
    people = fields.List(fields.Nested(ReaderSchema))


@blueprint.get("/people/<person_id>/plan")
@requires("plans:read")
@blueprint.arguments(LanguageSchema, location="query")
@blueprint.response(200, PersonPlanSchema(many=True))
def read_plans_of_person(asked: Mapping[str, str], person_id: str) -> object:
    """The plans that pay a person from today on: the one in force first, then what comes next."""
    with current().reading() as session:
        today = company_today(session, current().now())
        language = Language(asked["language"])
        found = plans_of_person(session, person_id, language, today)
    return [_person_plan(item, language) for item in found]


@blueprint.post("/people/<person_id>/plan/confirmations")
@requires("plans:confirm")
@blueprint.arguments(ConfirmationSchema)
@blueprint.response(200, KeptSchema)
def confirm_plan_of_person(body: Mapping[str, str], person_id: str) -> object:
    """Keep that a person has read a version of their plan; the answer is what is kept, and the first time stays."""
    runtime = current()
    language, now = Language(body["language"]), runtime.now()
    with runtime.transaction() as session:
        today = company_today(session, now)
        confirmation = Confirmation(person_id, body["hash"], language, now, credential().name)
        return confirm_plan(session, confirmation, today=today)


@blueprint.get("/plans/<plan_id>/confirmations")
@requires("plans:read")
@blueprint.response(200, ReadersSchema(many=True))
def read_confirmations(plan_id: str) -> object:
    """Who has confirmed the version in force and those to come, and who has not."""
    with current().reading() as session:
        found = confirmations_of(session, plan_id, company_today(session, current().now()))
    return [_readers(item) for item in found]


def _person_plan(item: PersonPlan, language: Language) -> dict[str, Any]:
    kept = item.confirmation
    title = item.plan.title_bg if language is Language.BG else item.plan.title
    return {
        **_version(item),
        "state": "in_force" if item.holds else "next",
        "title": title or item.plan.id,
        "html": item.html,
        "document": json.loads(item.plan.document),
        "confirmed_at": kept and kept.confirmed_at,
        "confirmed_language": kept and kept.language.value,
    }


def _version(item: PersonPlan | VersionReaders) -> dict[str, Any]:
    return {
        "plan_id": item.version.plan_id,
        "version": item.label,
        "hash": item.version.plan_hash,
        "starts_on": item.version.starts_on,
        "ends_on": item.version.ends_on,
    }


def _readers(item: VersionReaders) -> dict[str, Any]:
    return {
        **_version(item),
        "confirmed": item.confirmed,
        "waiting": len(item.readers) - item.confirmed,
        "people": [_reader(reader) for reader in item.readers],
    }


def _reader(item: Reader) -> dict[str, Any]:
    kept = item.confirmation
    return {
        "person_id": item.person_id,
        "name": item.name,
        "confirmed_at": kept and kept.confirmed_at,
        "language": kept and kept.language.value,
    }
