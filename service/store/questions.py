"""Rows of questions and of their messages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.orm import Session

from service.domain.period import Period
from service.domain.question import LineKey, Message, Question, QuestionState
from service.store.dialect import insert_new
from service.store.question_tables import question, question_message


def hold_question(session: Session, new: Question) -> Question:
    """The question about a line, held until the end of the transaction; it is made if there is none."""
    row = {
        "person_id": new.line.person_id,
        "period": str(new.line.period),
        "month_worked": str(new.line.month_worked),
        "rule": new.line.rule,
        "label": new.label,
        "label_bg": new.label_bg,
        "state": new.state.value,
        "asked_at": new.asked_at,
        "due_on": new.due_on,
    }
    insert_new(session, question, [row], ("person_id", "period", "month_worked", "rule"), ("rule",))
    columns = question.c
    own = (
        (columns.person_id == new.line.person_id)
        & (columns.period == str(new.line.period))
        & (columns.month_worked == str(new.line.month_worked))
        & (columns.rule == new.line.rule)
    )
    return _question(session.execute(select(question).where(own).with_for_update()).one())


def lock_question(session: Session, question_id: int) -> Question | None:
    """A question, held until the end of the transaction."""
    row = session.execute(select(question).where(question.c.question_id == question_id).with_for_update())
    found = row.one_or_none()
    return _question(found) if found else None


def set_state(session: Session, changed: Question) -> None:
    """Write how far a held question is."""
    session.execute(
        update(question)
        .where(question.c.question_id == changed.question_id)
        .values(state=changed.state.value, asked_at=changed.asked_at, due_on=changed.due_on)
    )


def add_new_message(session: Session, held: Question, message: Message) -> None:
    """Add a message to a held question."""
    session.execute(
        insert(question_message).values(
            question_id=held.question_id,
            number=message.number,
            person_id=held.line.person_id,
            written_at=message.written_at,
            written_by=message.written_by,
            is_answer=message.is_answer,
            text=message.text,
        )
    )


def count_messages(session: Session, question_id: int) -> int:
    """How many messages a question has."""
    own = question_message.c.question_id == question_id
    return session.execute(select(func.count()).select_from(question_message).where(own)).scalar_one()


def count_open(session: Session, person_id: str | None = None, period: Period | None = None) -> int:
    """How many questions wait for an answer: of a person, about the money of a month, or all."""
    columns = question.c
    wanted = [columns.state == QuestionState.OPEN.value]
    wanted += [columns.person_id == person_id] if person_id is not None else []
    wanted += [columns.period == str(period)] if period is not None else []
    return session.execute(select(func.count()).select_from(question).where(*wanted)).scalar_one()


def list_questions(
    session: Session,
    *,
    state: QuestionState | None = None,
    person_ids: Collection[str] | None = None,
    period: Period | None = None,
    after: tuple[date, int] = (date.min, 0),
    limit: int = 1_000,
) -> list[Question]:
    """Questions with their messages, those that are due first before the others; `after` is the last one seen."""
    columns = question.c
    later = (columns.due_on == after[0]) & (columns.question_id > after[1])
    wanted: list[ColumnElement[bool]] = [(columns.due_on > after[0]) | later]
    wanted += [columns.state == state.value] if state is not None else []
    wanted += [columns.person_id.in_(sorted(person_ids))] if person_ids is not None else []
    wanted += [columns.period == str(period)] if period is not None else []
    query = select(question).where(*wanted).order_by(columns.due_on, columns.question_id).limit(limit)
    rows = session.execute(query).all()
    messages = _messages(session, [row.question_id for row in rows])
    return [_question(row, messages.get(row.question_id, ())) for row in rows]


def _messages(session: Session, question_ids: Collection[int]) -> dict[int, tuple[Message, ...]]:
    columns = question_message.c
    query = select(question_message).where(columns.question_id.in_(question_ids))
    rows = session.execute(query.order_by(columns.question_id, columns.number)).all()
    return {
        question_id: tuple(Message(row.number, row.written_at, row.written_by, row.is_answer, row.text) for row in own)
        for question_id, own in groupby(rows, key=lambda row: row.question_id)
    }


def _question(row: Row[Any], messages: tuple[Message, ...] = ()) -> Question:
    line = LineKey(row.person_id, Period.parse(row.period), Period.parse(row.month_worked), row.rule)
    state = QuestionState(row.state)
    return Question(row.question_id, line, row.label, row.label_bg, state, row.asked_at, row.due_on, messages)
