"""`/me`: a person's own day, month and money; `/people/...` shows the same of somebody else to whoever may see it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask import Response, request

from service.domain.key import Scope
from service.domain.period import Period
from service.flows.note_look import note_look
from service.plans.hints import told as hint
from service.reports.company import company_timezone, company_today
from service.reports.confirmations import unconfirmed_plans
from service.reports.day import ALL_OF_A_DAY, LATEST, get_day
from service.reports.earnings import get_earnings, get_overview, without_salary
from service.reports.month import get_month
from service.reports.next_steps import next_steps
from service.reports.period_dates import dates_of
from service.reports.points import get_person_points
from service.reports.questions import questions_of
from service.reports.statement import find_ready
from service.reports.told import told_lines
from service.runtime import current
from service.web.site import NEVER_KEPT, blueprint, language, page
from service.web.viewer import Shown, demo_people, may, sees, shown_person, viewer
from service.web.words import day_note, day_sentence, months_beside


@blueprint.get("/me")
@blueprint.get("/people/<person_id>")
@sees(Scope.ACTIVITY_READ)
def day(person_id: str | None = None) -> Response:
    """What to do now, how far each standard is, what just counted, and one line of money."""
    return _day("day", person_id, LATEST)


@blueprint.get("/me/events")
@blueprint.get("/people/<person_id>/events")
@sees(Scope.ACTIVITY_READ)
def events(person_id: str | None = None) -> Response:
    """Every event of the day, with what it counted for."""
    return _day("events", person_id, ALL_OF_A_DAY)


@blueprint.get("/me/month")
@blueprint.get("/people/<person_id>/month")
@sees(Scope.ACTIVITY_READ)
def month(person_id: str | None = None) -> Response:
    """Every standard of the month, and the own place."""
    period, last = _period()
    shown = shown_person(person_id, min(period.last_day, company_day()))
    with current().reading() as session:
        found = get_month(session, shown.person_id, period, language(), now=current().now())
        earned = get_person_points(session, shown.person_id, period, now=current().now())
    beside = months_beside(period, last)
    return own_page("month", shown, shown=found, earned=earned, beside=beside, is_over=period < last)


@blueprint.get("/me/money")
@blueprint.get("/people/<person_id>/money")
@sees(Scope.STATEMENTS_READ)
def money(person_id: str | None = None) -> Response:
    """The money of a month, line by line with its reasons; a look at somebody else's is noted."""
    period, last = _period()
    day_seen = min(period.last_day, company_day())
    shown = shown_person(person_id, day_seen)
    with current().reading() as session:
        earnings = get_earnings(session, shown.person_id, period)
        if not may(Scope.SALARIES_READ, shown.person_id, day_seen):
            earnings = without_salary(earnings)
        told = told_lines(session, earnings.lines, language().value)
        asked = questions_of(session, shown.person_id, period)
        overview = get_overview(session, shown.person_id, last)
        steps = [hint(step, language().value) for step in next_steps(session, shown.person_id, period, company_day())]
        dates = dates_of(session, [period], current().period_calendar, now=current().now()).get(period)
    if not shown.is_own:
        with current().transaction() as written:
            note_look(written, viewer().login, shown.person_id, str(period), now=current().now())
    beside = months_beside(period, last)
    told_too = {"questions": asked, "is_own": shown.is_own, "overview": overview, "steps": steps, "dates": dates}
    answer = own_page("money", shown, earnings=earnings, told=told, beside=beside, **told_too)
    answer.headers.update(NEVER_KEPT)
    return answer


def _day(name: str, person_id: str | None, limit: int) -> Response:
    now, today = current().now(), company_day()
    shown = shown_person(person_id, today)
    with current().reading() as session:
        found = get_day(session, shown.person_id, now=now, events=limit)
        earned = get_person_points(session, shown.person_id, found.month.period, now=now)
        zone = company_timezone(session, now)
        waiting = unconfirmed_plans(session, shown.person_id, today) if shown.is_own else []
        ready = find_ready(session, shown.person_id, now) if shown.is_own else None
    return own_page(
        name,
        shown,
        day=found,
        earned=earned,
        sentence=day_sentence(language(), found),
        note=day_note(language(), found),
        zone=ZoneInfo(zone),
        waiting=waiting,
        ready=ready,
    )


def own_page(name: str, shown_of: Shown, /, **values: object) -> Response:
    """One of a person's pages, whole or the part of it that lives; money is named to whoever may see it."""
    template = f"{name}_live.html" if "part" in request.args else f"{name}.html"
    place = "me" if shown_of.is_own else "people"
    tab = "day" if name == "events" else name
    sees_money = shown_of.is_own or may(Scope.STATEMENTS_READ, shown_of.person_id, company_day())
    of_person = {"me": shown_of.person, "base": shown_of.base, "sees_money": sees_money}
    return page(template, **of_person, people=demo_people(), tab=tab, place=place, **values)


def company_day() -> date:
    """The company's present day."""
    with current().reading() as session:
        return company_today(session, current().now())


def _period() -> tuple[Period, Period]:
    """The month asked for, and the present one."""
    last = Period.of(company_day())
    return Period.parse(request.args.get("period") or str(last)), last
