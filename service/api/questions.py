"""`/v1/questions`: questions of people about lines of their money, and the answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.period import Period
from service.domain.question import TEXT_CHARACTERS, Answerer, LineKey, Question, QuestionState
from service.flows.answer_question import answer_question
from service.flows.ask_question import ask_question
from service.reports.company import company_today
from service.reports.questions import SHOWN, question_page
from service.runtime import current

blueprint = Blueprint("questions", __name__, url_prefix="/v1", description="Questions about lines of money.")

LAST_NUMBER = 2**63 - 1
"""The highest number that a question can have in the databases."""


class QuestionsQuerySchema(Schema):
    """Which questions, and after which."""

    state = fields.Enum(QuestionState, by_value=True, metadata={"description": "Default: in any state"})
    period = fields.String(metadata={"description": "About the money of this month", "example": "2026-10"})
    after_due = fields.Date(load_default=date.min, metadata={"description": "`due_on` of the last one seen"})
    after_id = fields.Integer(load_default=0, validate=validate.Range(0, LAST_NUMBER))
    limit = fields.Integer(load_default=SHOWN, validate=validate.Range(1, SHOWN))


class MessageSchema(Schema):
    """One message of a conversation."""

    written_at = fields.AwareDateTime()
    written_by = fields.String()
    is_answer = fields.Boolean(metadata={"description": "False for what the person wrote"})
    text = fields.String()


class QuestionSchema(Schema):
    """A conversation about a line."""

    question_id = fields.Integer()
    person_id = fields.String(attribute="line.person_id")
    period = fields.String(attribute="line.period")
    month_worked = fields.String(attribute="line.month_worked")
    rule = fields.String(attribute="line.rule")
    label = fields.String()
    label_bg = fields.String()
    state = fields.Enum(QuestionState, by_value=True)
    asked_at = fields.AwareDateTime()
    due_on = fields.Date()
    messages = fields.List(fields.Nested(MessageSchema))


class QuestionAskedSchema(Schema):
    """A question about a line of a month's money."""

    period = fields.String(required=True, metadata={"example": "2026-10"})
    month_worked = fields.String(metadata={"description": "Of a line for an earlier month; default: `period`"})
    rule = fields.String(required=True, metadata={"example": "commission"})
    text = fields.String(required=True, validate=validate.Length(1, TEXT_CHARACTERS))


class AnswerSchema(Schema):
    """An answer."""

    text = fields.String(required=True, validate=validate.Length(1, TEXT_CHARACTERS))
    corrected = fields.Boolean(
        load_default=False, metadata={"description": "The line is, or will be, corrected because of the question"}
    )


@blueprint.get("/questions")
@requires("questions:read")
@blueprint.arguments(QuestionsQuerySchema, location="query")
@blueprint.response(HTTPStatus.OK, QuestionSchema(many=True))
def read_questions(asked: Mapping[str, Any]) -> list[Question]:
    """Questions with their conversations, those that are due first before the others."""
    period = Period.parse(asked["period"]) if "period" in asked else None
    after = (asked["after_due"], asked["after_id"])
    with current().reading() as session:
        return question_page(session, asked.get("state"), period, after, asked["limit"])


@blueprint.post("/people/<person_id>/questions")
@requires("questions:ask")
@blueprint.arguments(QuestionAskedSchema)
@blueprint.response(HTTPStatus.CREATED, QuestionSchema)
def ask(body: Mapping[str, str], person_id: str) -> Question:
    """Ask on behalf of a person, from an intranet or a chat; an answered conversation is open again."""
    runtime, period = current(), Period.parse(body["period"])
    line = LineKey(person_id, period, Period.parse(body.get("month_worked", body["period"])), body["rule"])
    with runtime.transaction() as session:
        today = company_today(session, runtime.now())
        return ask_question(session, line, body["text"], credential().name, today=today, now=runtime.now())


@blueprint.post("/questions/<int:question_id>/answer")
@requires("questions:answer")
@blueprint.arguments(AnswerSchema)
@blueprint.response(HTTPStatus.OK, QuestionSchema)
def answer(body: Mapping[str, Any], question_id: int) -> Question:
    """Answer a question; the person sees it beside the line."""
    runtime, key = current(), credential()
    by = Answerer(key.name, key.person_id)
    with runtime.transaction() as session:
        return answer_question(session, question_id, body["text"], by, corrected=body["corrected"], now=runtime.now())
