"""`/v1/people/{id}/points`: a person's points, streaks and badges, each with its reason."""

from __future__ import annotations

from dataclasses import asdict

from marshmallow import Schema, fields

from service.api.auth import requires
from service.api.reader import Blueprint
from service.domain.period import Period
from service.reports.company import company_today
from service.reports.points import BadgeShown, Given, PersonPoints, get_person_points
from service.runtime import current

blueprint = Blueprint("points", __name__, url_prefix="/v1", description="Points, streaks and badges of people.")


class PointsQuerySchema(Schema):
    """Which month."""

    period = fields.String(metadata={"description": "A month like 2026-10; the present month if left out"})


class LabelledSchema(Schema):
    """What a rule or badge is called."""

    label = fields.String()
    label_bg = fields.String()


class RulePointsSchema(LabelledSchema):
    """What one rule gave in the month."""

    rule = fields.String()
    points = fields.Integer()
    days = fields.Integer(metadata={"description": "Days on which it gave points"})


class AwardSchema(LabelledSchema):
    """What one rule gave on one day."""

    day = fields.Date()
    rule = fields.String()
    points = fields.Integer()
    explanation = fields.String(metadata={"example": "5 days in a row: 50 points"})
    explanation_bg = fields.String(metadata={"example": "5 поредни дни: 50 точки"})


class StreakSchema(LabelledSchema):
    """A streak as it stands today, or at the end of a month that is over."""

    rule = fields.String()
    length = fields.Integer(metadata={"description": "Working days in a row; days off and absences do not break it"})
    done = fields.Integer(metadata={"description": "Days at standard among the last working days"})
    of_days = fields.Integer(metadata={"description": "How many last working days that is, 20 at most"})


class BadgeSchema(LabelledSchema):
    """A badge that was won."""

    badge = fields.String()
    day = fields.Date(metadata={"description": "The day on which it was reached"})
    period = fields.String(metadata={"description": "The month of that day"})


class NextBadgeSchema(LabelledSchema):
    """The nearest badge that was not won yet."""

    badge = fields.String()
    percent = fields.Integer(metadata={"description": "How much of it is done, cut to a whole percentage"})


class PersonPointsSchema(Schema):
    """The points of a person's month; never money, unless a rule of the plan names them."""

    person_id = fields.String()
    period = fields.String()
    total = fields.Integer()
    rules = fields.List(fields.Nested(RulePointsSchema))
    given = fields.List(fields.Nested(AwardSchema))
    streaks = fields.List(fields.Nested(StreakSchema))
    badges = fields.List(fields.Nested(BadgeSchema))
    next_badge = fields.Nested(NextBadgeSchema, allow_none=True)


@blueprint.get("/people/<person_id>/points")
@requires("activity:read")
@blueprint.arguments(PointsQuerySchema, location="query")
@blueprint.response(200, PersonPointsSchema)
def read_points(query: dict[str, str], person_id: str) -> object:
    """The points of a person's month, day by day and with the reason; streaks as of today; all badges."""
    now = current().now()
    with current().reading() as session:
        period = Period.parse(query.get("period") or str(Period.of(company_today(session, now))))
        return _document(person_id, get_person_points(session, person_id, period, now=now))


def _document(person_id: str, points: PersonPoints) -> dict[str, object]:
    return {
        "person_id": person_id,
        "period": str(points.period),
        "total": points.total,
        "rules": points.rules,
        "given": [_given(item) for item in points.given],
        "streaks": points.streaks,
        "badges": [_badge(item) for item in points.badges],
        "next_badge": _following(points.following),
    }


def _given(item: Given) -> dict[str, object]:
    award = item.award
    words = {name: value for name, value in asdict(item).items() if name != "award"}
    return {"day": award.day, "rule": award.rule, "points": award.points, **words}


def _badge(item: BadgeShown) -> dict[str, object]:
    assert item.day is not None, "a badge that was won has its day"
    return {**asdict(item), "period": str(Period.of(item.day))}


def _following(item: BadgeShown | None) -> dict[str, object] | None:
    return None if item is None else {**asdict(item), "percent": int(item.part * 100)}
