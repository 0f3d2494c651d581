"""Questions about lines of money: those of a person beside the lines, and those that wait."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from service.domain.period import Period
from service.domain.question import Question, QuestionState
from service.store.questions import count_open, list_questions

SHOWN = 200
"""Questions of one page: more than anybody answers in a day."""

LineName = tuple[str, str]
"""Month worked for and rule: what a line is known by within a month's money of a person."""


def questions_of(session: Session, person_id: str, period: Period) -> dict[LineName, Question]:
    """The conversations about the lines of a person's month."""
    found = list_questions(session, person_ids=[person_id], period=period)
    return {(str(item.line.month_worked), item.line.rule): item for item in found}


def waiting_questions(session: Session, person_ids: Collection[str] | None) -> list[Question]:
    """The questions of these people, or of all, that wait for an answer; the one due first comes first."""
    return list_questions(session, state=QuestionState.OPEN, person_ids=person_ids, limit=SHOWN)


def question_page(
    session: Session, state: QuestionState | None, period: Period | None, after: tuple[date, int], limit: int
) -> list[Question]:
    """Questions of everybody after the last one seen."""
    return list_questions(session, state=state, period=period, after=after, limit=limit)


def open_questions(session: Session, period: Period) -> int:
    """How many questions about the money of a month wait for an answer."""
    return count_open(session, period=period)
