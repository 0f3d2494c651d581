"""`/me`: a person's own day, month and money."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Response, request

from service.domain.period import Period
from service.reports.company import company_timezone, company_today
from service.reports.confirmations import unconfirmed_plans
from service.reports.day import ALL_OF_A_DAY, LATEST, get_day
from service.reports.earnings import get_earnings
from service.reports.month import get_month
from service.runtime import current
from service.web.site import blueprint, language, page
from service.web.viewer import open_doors, people, viewer
from service.web.words import day_note, day_sentence, months_beside


@blueprint.get("/me")
def day() -> Response:
    """What to do now, how far each standard is, what just counted, and one line of money."""
    return _day("day", LATEST)


@blueprint.get("/me/events")
def events() -> Response:
    """Every event of the day, with what it counted for."""
    return _day("events", ALL_OF_A_DAY)


@blueprint.get("/me/month")
def month() -> Response:
    """Every standard of the month, and the own place."""
    open_doors()
    holders = people()
    me = viewer(holders)
    if me is None:
        return page("choose.html", people=holders, place="me", me=None)
    now = current().now()
    with current().reading() as session:
        last = Period.of(company_today(session, now))
        period = Period.parse(request.args.get("period") or str(last))
        shown = get_month(session, me.person_id, period, language(), now=now)
    return page(
        _template("month"),
        me=me,
        shown=shown,
        people=holders,
        beside=months_beside(period, last),
        is_over=period < last,
        tab="month",
        place="me",
    )


@blueprint.get("/me/money")
def money() -> Response:
    """The money of a month, line by line with its reasons."""
    open_doors()
    holders = people()
    me = viewer(holders)
    if me is None:
        return page("choose.html", people=holders, place="me", me=None)
    now = current().now()
    with current().reading() as session:
        last = Period.of(company_today(session, now))
        period = Period.parse(request.args.get("period") or str(last))
        earnings = get_earnings(session, me.person_id, period)
    return page(
        _template("money"),
        me=me,
        earnings=earnings,
        people=holders,
        beside=months_beside(period, last),
        tab="money",
        place="me",
    )


def _day(name: str, limit: int) -> Response:
    open_doors()
    holders = people()
    me = viewer(holders)
    if me is None:
        return page("choose.html", people=holders, place="me", me=None)
    now = current().now()
    with current().reading() as session:
        shown = get_day(session, me.person_id, now=now, events=limit)
        zone = company_timezone(session, now)
        waiting = unconfirmed_plans(session, me.person_id, company_today(session, now))
    return page(
        _template(name),
        me=me,
        day=shown,
        sentence=day_sentence(language(), shown),
        note=day_note(language(), shown),
        zone=ZoneInfo(zone),
        waiting=waiting,
        people=holders,
        tab="day",
        place="me",
    )


def _template(name: str) -> str:
    """The whole page, or the part of it that lives."""
    return f"{name}_live.html" if "part" in request.args else f"{name}.html"
