"""`/me/statement`: the statement of a month as a page that prints, and as PDF."""

from __future__ import annotations

from flask import Response, request

from service.domain.key import Scope
from service.domain.period import Period
from service.domain.permission import open_to_anybody
from service.domain.statement_link import link_of
from service.flows.note_link import note_link
from service.flows.note_look import note_look
from service.reports.printed.pdf import paper_name, statement_pdf
from service.reports.printed.sheet import Composer
from service.reports.statement import Statement, get_issued_statement, get_statement
from service.runtime import current
from service.web.me import company_day, own_page
from service.web.site import NEVER_KEPT, blueprint, language
from service.web.viewer import Shown, may, sees, shown_person, viewer

PDF = "application/pdf"


@blueprint.get("/me/statement")
@blueprint.get("/people/<person_id>/statement")
@sees(Scope.STATEMENTS_READ)
def statement(person_id: str | None = None) -> Response:
    """The statement of a month, to read and to print; a look at somebody else's is noted."""
    shown, found, salary = _asked(person_id)
    with current().reading() as session:
        sheet = Composer(session, language()).sheet(found, salary=salary)
    answer = own_page("statement", shown, sheet=sheet, period=found.document["period"])
    answer.headers.update(NEVER_KEPT)
    return answer


@blueprint.get("/me/statement.pdf")
@blueprint.get("/people/<person_id>/statement.pdf")
@sees(Scope.STATEMENTS_READ)
def statement_on_paper(person_id: str | None = None) -> Response:
    """The same as a file."""
    _, found, salary = _asked(person_id)
    with current().reading() as session:
        printed = statement_pdf(session, found, language(), salary=salary)
    return _file(found, printed)


@blueprint.get("/s/<token>")
@open_to_anybody
def linked(token: str) -> Response:
    """The statement that a signed link opens, without a login; every time it is opened is noted."""
    now = current().now()
    link = link_of(token, current().settings.secret_key, now)
    with current().reading() as session:
        found = get_issued_statement(session, link.person_id, link.period, link.version)
        printed = statement_pdf(session, found, link.language)
    with current().transaction() as written:
        note_link(written, link, None, now=now)
    answer = _file(found, printed)
    # The address is the secret: no other page, and no other site, is told it.
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _file(found: Statement, printed: bytes) -> Response:
    answer = Response(printed, mimetype=PDF)
    answer.headers["Content-Disposition"] = f'attachment; filename="{paper_name(found, "pdf")}"'
    answer.headers.update(NEVER_KEPT)
    return answer


def _asked(person_id: str | None) -> tuple[Shown, Statement, bool]:
    """Whose statement of which month is asked for, and whether the viewer may see the salary in it."""
    today = company_day()
    period = Period.parse(request.args.get("period") or str(Period.of(today)))
    day_seen = min(period.last_day, today)
    shown = shown_person(person_id, day_seen)
    with current().reading() as session:
        found = get_statement(session, shown.person_id, period, request.args.get("version", type=int))
    if not shown.is_own:
        with current().transaction() as written:
            note_look(written, viewer().login, shown.person_id, str(period), now=current().now())
    return shown, found, may(Scope.SALARIES_READ, shown.person_id, day_seen)
