"""`/v1/people`: who works here, as what, and under which user ids the sources know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.calendar import years_around
from service.domain.person_row import ROLES, PersonRow
from service.flows.fill_calendar import fill_calendar
from service.flows.import_people import import_people
from service.flows.recount_events import recount_events
from service.reports.company import company_today
from service.reports.people import people_on, person_on_document
from service.runtime import current

blueprint = Blueprint("people", __name__, url_prefix="/v1/people", description="People and what they are, by date.")

DAY = {"description": "A day like 2026-10-01", "example": "2026-10-01"}
MONEY = {"description": "Decimal text", "example": "2000.00"}


def _text(**metadata: object) -> fields.String:
    return fields.String(allow_none=True, metadata=metadata)


class AliasSchema(Schema):
    """A user id under which a source knows the person."""

    source = fields.String(required=True)
    subject = fields.String(required=True, metadata={"description": "The user id at the source"})
    starts_on = _text(description="From when; the day of hire if left out")
    ends_on = _text(description="The last day; left out while it holds")


class AbsenceSchema(Schema):
    """Days away: paid or not, never why."""

    starts_on = fields.String(required=True, metadata=DAY)
    ends_on = fields.String(required=True, metadata=DAY)
    paid = fields.Boolean(truthy={True}, falsy={False}, metadata={"description": "Needed unless cancelled"})
    cancelled = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "The person was present after all"},
    )


class PersonRowSchema(Schema):
    """What a person is from a day on, until another row says otherwise."""

    person_id = fields.String(required=True, metadata={"description": "1 to 64 of a-z 0-9 _ -"})
    name = fields.String(required=True)
    hired_on = fields.String(required=True, metadata=DAY)
    left_on = _text(description="The last day; left out while employed")
    starts_on = fields.String(required=True, metadata={**DAY, "description": "First day of this assignment"})
    role = fields.String(required=True, metadata={"enum": list(ROLES)})
    grade = fields.String(required=True)
    team = _text()
    manager_id = _text(description="The person id of the manager")
    part_time_percent = _text(description="100 if left out", example="62.5")
    fixed_salary = fields.String(required=True, metadata=MONEY)
    soft_salary = fields.String(required=True, metadata=MONEY)
    territory = _text()
    product = _text()
    channel = _text()
    audience = _text()
    personnel_number = _text(description="Of payroll; never a national identity number")
    legal_entity = _text()
    cost_centre = _text()
    pay_channel = _text(description="payroll if left out", enum=["payroll", "invoice", "none"])
    aliases = fields.List(fields.Nested(AliasSchema), load_default=list)
    absences = fields.List(fields.Nested(AbsenceSchema), load_default=list)


class PeopleSchema(Schema):
    """Rows to store: all of them or none."""

    people = fields.List(fields.Nested(PersonRowSchema), required=True, validate=validate.Length(min=1))


class ImportedSchema(Schema):
    """What an import did."""

    people = fields.Integer(metadata={"description": "People named in it"})
    changed = fields.Integer(metadata={"description": "Those about whom something is different now"})
    months = fields.Integer(metadata={"description": "Months of people that are scored again"})


class PersonOnSchema(Schema):
    """A person on a day; salaries are written and never read back here."""

    person_id = fields.String()
    name = fields.String()
    hired_on = fields.Date()
    left_on = fields.Date(allow_none=True)
    role = _text()
    grade = _text()
    team = _text()
    manager_id = _text()
    part_time_percent = _text()
    pay_channel = _text()
    since = fields.Date(allow_none=True, metadata={"description": "First day of this assignment"})
    aliases = fields.List(fields.String(metadata={"example": "crm=17"}))


class AskedSchema(Schema):
    """Which day is asked for."""

    on = fields.Date(metadata={"description": "Today if left out"})


@blueprint.post("")
@requires("people:write")
@blueprint.arguments(PeopleSchema)
@blueprint.response(200, ImportedSchema)
def upsert_people(body: Mapping[str, Any]) -> object:
    """Store people with their assignments, aliases and absences: all rows or, with every mistake named, none."""
    rows, now = _rows(body["people"]), current().now()
    with current().transaction() as session:
        fill_calendar(session, years_around(now.date()))
        imported = import_people(session, rows, credential().name, now=now)
        recount_events(session, imported.lost, now=now)
    return imported


@blueprint.get("")
@requires("people:read")
@blueprint.arguments(AskedSchema, location="query")
@blueprint.response(200, PersonOnSchema(many=True))
def read_people(asked: Mapping[str, Any]) -> object:
    """Everybody as of a day."""
    with current().reading() as session:
        day = asked.get("on") or company_today(session, current().now())
        return [person_on_document(found) for found in people_on(session, day)]


def _rows(items: Sequence[Mapping[str, Any]]) -> list[PersonRow]:
    return [_row(f"/people/{place}/{{}}", item) for place, item in enumerate(items)]


def _row(place: str, item: Mapping[str, Any]) -> PersonRow:
    aliases = [_cells(alias) for alias in item["aliases"]]
    absences = [_absence(absence) for absence in item["absences"]]
    return PersonRow(place, _cells(item), aliases, absences)


def _cells(item: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in item.items() if isinstance(value, str)}


def _absence(item: Mapping[str, Any]) -> dict[str, str]:
    return {**_cells(item), "paid": "cancelled" if item["cancelled"] else str(item.get("paid", "")).lower()}
