"""Answer a question about a line: with words, or saying that the line was corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import QUESTION_ANSWERED, AuditEntry
from service.domain.question import (
    MESSAGES_AT_MOST,
    Answerer,
    Message,
    OwnQuestionError,
    Question,
    QuestionState,
    TooManyQuestionsError,
    UnknownQuestionError,
    demand_text,
)
from service.store.audit import add_new_audit
from service.store.questions import add_new_message, count_messages, lock_question, set_state


def answer_question(
    session: Session, question_id: int, text: str, by: Answerer, *, corrected: bool, now: datetime
) -> Question:
    """Add an answer; the question is closed until the person asks again.

    Raises `UnknownQuestionError`, or `OwnQuestionError` where it is the answerer's own.
    """
    said = demand_text(text)
    held = lock_question(session, question_id)
    if held is None:
        raise UnknownQuestionError(question_id)
    if by.person_id == held.line.person_id:
        raise OwnQuestionError
    number = count_messages(session, question_id)
    if number >= MESSAGES_AT_MOST:
        raise TooManyQuestionsError
    changed = replace(held, state=QuestionState.CORRECTED if corrected else QuestionState.ANSWERED)
    set_state(session, changed)
    add_new_message(session, held, Message(number, now, by.name, is_answer=True, text=said))
    detail = {"question_id": question_id, "state": changed.state.value}
    add_new_audit(session, AuditEntry(now, by.name, QUESTION_ANSWERED, held.line.person_id, detail))
    return changed
