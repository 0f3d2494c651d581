"""`/me/plan`: the plan that pays a person, now and next, and that they have read it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Response, request

from service.domain.confirmation import Confirmation
from service.domain.key import Scope
from service.flows.confirm_plan import confirm_plan
from service.plans.paper import inner_html
from service.reports.company import company_timezone
from service.reports.confirmations import plans_of_person
from service.runtime import current
from service.web.login import to
from service.web.me import company_day, own_page
from service.web.site import blueprint, language
from service.web.viewer import sees, shown_person

RECORDED_BY = "the page /me/plan"
"""Where people said so who did it here; an intranet has the name of its key."""

ADDRESS = "/me/plan"


@blueprint.get(ADDRESS)
@blueprint.get("/people/<person_id>/plan")
@sees(Scope.PLANS_READ)
def plan(person_id: str | None = None) -> Response:
    """The plan in force and the ones to come, each with what the person confirmed or the button to do so."""
    today = company_day()
    shown = shown_person(person_id, today)
    with current().reading() as session:
        found = plans_of_person(session, shown.person_id, language(), today)
        zone = company_timezone(session, current().now())
    return own_page(
        "plan",
        shown,
        plans=found,
        is_own=shown.is_own,
        waiting=any(item.confirmation is None for item in found),
        inner_html=inner_html,
        zone=ZoneInfo(zone),
    )


@blueprint.post(ADDRESS)
@sees(Scope.PLANS_CONFIRM)
def confirm() -> Response:
    """Keep that the person who looks has read the version with this hash, in the language of the page."""
    today = company_day()
    me = shown_person(None, today)
    confirmation = Confirmation(me.person_id, request.form.get("hash", ""), language(), current().now(), RECORDED_BY)
    with current().transaction() as session:
        confirm_plan(session, confirmation, today=today)
    return to(ADDRESS)
