"""Ask about a line of one's money, or ask again: the conversation is open until finance answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.domain.audit import QUESTION_ASKED, AuditEntry
from service.domain.calendar import calendar_of
from service.domain.question import (
    MESSAGES_AT_MOST,
    OPEN_AT_MOST,
    LineKey,
    Message,
    NoSuchLineError,
    Question,
    QuestionState,
    TooManyQuestionsError,
    demand_text,
    due_horizon,
    due_on,
)
from service.store.audit import add_new_audit
from service.store.calendar import list_calendar_days
from service.store.earnings import list_lines
from service.store.questions import add_new_message, count_messages, count_open, hold_question, set_state


def ask_question(session: Session, line: LineKey, text: str, asked_by: str, *, today: date, now: datetime) -> Question:
    """Add a question to the conversation about a line; raises `NoSuchLineError` or `TooManyQuestionsError`."""
    said = demand_text(text)
    found = next(
        (
            item
            for item in list_lines(session, line.period, [line.person_id])
            if item.rule == line.rule and item.month_worked == line.month_worked
        ),
        None,
    )
    if found is None:
        raise NoSuchLineError(line.period, line.month_worked, line.rule)
    # A year whose holidays nobody has recorded yet keeps nobody from asking; the answer is due a day early then.
    due = due_on(today, calendar_of(list_calendar_days(session, today, due_horizon(today))))
    new = Question(0, line, found.label, found.label_bg, QuestionState.OPEN, now, due)
    held = hold_question(session, new)
    number = count_messages(session, held.question_id)
    if number >= MESSAGES_AT_MOST or count_open(session, line.person_id) > OPEN_AT_MOST:
        raise TooManyQuestionsError
    if held.state is not QuestionState.OPEN:
        set_state(session, replace(held, state=QuestionState.OPEN, asked_at=now, due_on=due))
    message = Message(number, now, asked_by, is_answer=False, text=said)
    add_new_message(session, held, message)
    add_new_audit(session, AuditEntry(now, asked_by, QUESTION_ASKED, line.person_id, {"question_id": held.question_id}))
    return replace(held, state=QuestionState.OPEN, messages=(message,))
