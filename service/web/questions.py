"""Questions on the pages: asked beside a line of the own money, listed and answered under `/questions`."""

from __future__ import annotations

from flask import Response, request

from service.domain.key import Scope
from service.domain.period import Period
from service.domain.permission import NotAllowedError, Reach, reach_of
from service.domain.question import Answerer, LineKey, Question
from service.flows.answer_question import answer_question
from service.flows.ask_question import ask_question
from service.reports.people import people_names
from service.reports.questions import waiting_questions
from service.runtime import current
from service.web.login import to
from service.web.me import company_day
from service.web.site import NEVER_KEPT, blueprint, page
from service.web.viewer import may, people_seen, sees, shown_person, viewer

ADDRESS = "/questions"


@blueprint.post("/me/questions")
@sees(Scope.QUESTIONS_ASK)
def ask() -> Response:
    """Ask about a line of the own money; the answer comes to stand beside it."""
    today = company_day()
    me, form = shown_person(None, today), request.form
    period = Period.parse(form.get("period", ""))
    line = LineKey(me.person_id, period, Period.parse(form.get("month", "")), form.get("rule", ""))
    with current().transaction() as session:
        ask_question(session, line, form.get("text", ""), viewer().login, today=today, now=current().now())
    return to(f"/me/money?period={period}")


@blueprint.get(ADDRESS)
@sees(Scope.QUESTIONS_READ)
def questions() -> Response:
    """What waits for an answer: of those below, or of all; the words are for whoever may see that money."""
    today, who = company_day(), viewer()
    reach = reach_of(who, Scope.QUESTIONS_READ, leads_see_money=current().settings.leads_see_money)
    if reach is Reach.NOBODY:
        raise NotAllowedError
    below = None if reach is Reach.EVERYBODY else [item.person_id for item in people_seen(today)]
    with current().reading() as session:
        found = [item for item in waiting_questions(session, below) if item.line.person_id != who.person_id]
        names = people_names(session, [item.line.person_id for item in found])
    answer = page(
        "questions.html",
        questions=found,
        names=names,
        today=today,
        words=[_sees_words(item) for item in found],
        answers=may(Scope.QUESTIONS_ANSWER, None, today),
        place="questions",
    )
    answer.headers.update(NEVER_KEPT)
    return answer


@blueprint.post("/questions/<int:question_id>")
@sees(Scope.QUESTIONS_ANSWER)
def answer(question_id: int) -> Response:
    """Answer a question, of anybody but oneself."""
    if not may(Scope.QUESTIONS_ANSWER, None, company_day()):
        raise NotAllowedError
    with current().transaction() as session:
        answer_question(
            session,
            question_id,
            request.form.get("text", ""),
            Answerer(viewer().login, viewer().person_id),
            corrected="corrected" in request.form,
            now=current().now(),
        )
    return to(ADDRESS)


def _sees_words(item: Question) -> bool:
    """A conversation names amounts, so it is open to whom the money is."""
    return may(Scope.STATEMENTS_READ, item.line.person_id, company_day())
