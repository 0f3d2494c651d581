"""`/me/plan`: the plan that pays a person, now and next, and that they have read it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Response, redirect, request

from service.domain.confirmation import Confirmation
from service.flows.confirm_plan import confirm_plan
from service.plans.paper import inner_html
from service.reports.company import company_timezone, company_today
from service.reports.confirmations import plans_of_person
from service.runtime import current
from service.web.site import blueprint, language, page
from service.web.viewer import open_doors, people, viewer

RECORDED_BY = "the page /me/plan"
"""Where people said so who did it here; an intranet has the name of its key."""

ADDRESS = "/me/plan"


@blueprint.get(ADDRESS)
def plan() -> Response:
    """The plan in force and the ones to come, each with what the person confirmed or the button to do so."""
    open_doors()
    holders = people()
    me = viewer(holders)
    if me is None:
        return page("choose.html", people=holders, place="me", me=None)
    now = current().now()
    with current().reading() as session:
        shown = plans_of_person(session, me.person_id, language(), company_today(session, now))
        zone = company_timezone(session, now)
    return page(
        "plan.html",
        me=me,
        plans=shown,
        waiting=any(item.confirmation is None for item in shown),
        inner_html=inner_html,
        zone=ZoneInfo(zone),
        people=holders,
        tab="plan",
        place="me",
    )


@blueprint.post(ADDRESS)
def confirm() -> Response:
    """Keep that the person who looks has read the version with this hash, in the language of the page."""
    open_doors()
    me = viewer(people())
    answer = redirect(ADDRESS, 303)
    assert isinstance(answer, Response)
    if me is None:
        return answer
    now = current().now()
    plan_hash = request.form.get("hash", "")
    confirmation = Confirmation(me.person_id, plan_hash, language(), now, RECORDED_BY)
    with current().transaction() as session:
        confirm_plan(session, confirmation, today=company_today(session, now))
    return answer
