"""Questions: a person asks about a line of their money, finance answers, and the conversation stays with the line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from service.domain.calendar import WorkCalendar
from service.domain.errors import BusinessConflictError, InvalidError, NotFoundError
from service.domain.period import Period

TEXT_CHARACTERS = 2_000
"""Longest message: a page. What needs more is talked about."""

OPEN_AT_MOST = 20
"""Open questions of one person at once: more than any statement has lines worth asking about."""

MESSAGES_AT_MOST = 100
"""Messages of one conversation: by then it should have been a meeting."""

ANSWER_WORKDAYS = 5
"""Within how many working days a question is to be answered: before the month after it is paid."""


class QuestionState(StrEnum):
    """Whether a question waits for an answer; `corrected` says that the line changed because of it."""

    OPEN = "open"
    ANSWERED = "answered"
    CORRECTED = "corrected"


class InvalidQuestionError(InvalidError):
    """A message that says nothing, or more than anybody reads."""

    code = "invalid_question"

    def __init__(self) -> None:
        super().__init__(f"Write 1 to {TEXT_CHARACTERS} characters.")


class NoSuchLineError(NotFoundError):
    """A question about a line that the person does not have."""

    code = "unknown_line"

    def __init__(self, period: Period, month_worked: Period, rule: str) -> None:
        super().__init__(f'There is no line "{rule[:64]}" for {month_worked} in the money of {period}.')


class UnknownQuestionError(NotFoundError):
    """A question that was never asked."""

    code = "unknown_question"

    def __init__(self, question_id: int) -> None:
        super().__init__(f"There is no question {question_id}.")


class TooManyQuestionsError(BusinessConflictError):
    """One more question, or one more message, than anybody can answer."""

    code = "too_many_questions"

    def __init__(self) -> None:
        super().__init__(
            f"A person has {OPEN_AT_MOST} open questions at most, and a conversation {MESSAGES_AT_MOST} messages. Talk "
            "to finance about the rest."
        )


class OwnQuestionError(BusinessConflictError):
    """Somebody wants to answer their own question."""

    code = "own_question"

    def __init__(self) -> None:
        super().__init__("A question about one's own money is answered by somebody else.")


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers: the name that stands under the answer, and which person it is if that is known."""

    name: str
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class LineKey:
    """Which line is meant: of whom, posted by which month, for work of which month, under which rule."""

    person_id: str
    period: Period
    month_worked: Period
    rule: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation; `is_answer` tells finance from the person."""

    number: int
    written_at: datetime
    written_by: str
    is_answer: bool
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A conversation about a line; `label` is what the line was called when it was asked."""

    question_id: int
    line: LineKey
    label: str
    label_bg: str
    state: QuestionState
    asked_at: datetime
    due_on: date
    messages: tuple[Message, ...] = ()

    def is_late(self, today: date) -> bool:
        """Whether it waits longer than it should."""
        return self.state is QuestionState.OPEN and self.due_on < today


def demand_text(text: str) -> str:
    """A message without the space around it; raises `InvalidQuestionError`."""
    cut = text.strip()
    readable = all(sign.isprintable() or sign in "\n\t" for sign in cut.replace("\r\n", "\n"))
    if not cut or len(cut) > TEXT_CHARACTERS or not readable:
        raise InvalidQuestionError
    return cut.replace("\r\n", "\n")


def due_on(asked: date, calendar: WorkCalendar) -> date:
    """The working day by whose end an answer is due."""
    day, left = asked, ANSWER_WORKDAYS
    while left:
        day += timedelta(days=1)
        left -= calendar.is_workday(day)
    return day


def due_horizon(asked: date) -> date:
    """A day by which an answer is due in any calendar with at least one working day a week on average."""
    return asked + timedelta(weeks=ANSWER_WORKDAYS + 1)
