"""`stimul questions`: questions about lines of money that wait, and the answers."""

from __future__ import annotations

import getpass

import click

from service.cli.opened import format_option, opened, show
from service.domain.question import Answerer, Question
from service.flows.answer_question import answer_question
from service.reports.questions import waiting_questions


@click.group()
def questions() -> None:
    """Questions of people about lines of their money."""


@questions.command("list")
@format_option
def list_(style: str) -> None:
    """Show the questions that wait for an answer, the one due first comes first."""
    with opened() as runtime, runtime.reading() as session:
        show([_row(item) for item in waiting_questions(session, None)], style)


@questions.command("answer")
@click.argument("number", type=click.IntRange(1))
@click.option("--text", required=True, help="The answer; its person reads it beside the line.")
@click.option("--corrected", is_flag=True, help="The line is, or will be, corrected because of the question.")
def answer(number: int, text: str, *, corrected: bool) -> None:
    """Answer the question with this NUMBER."""
    by = Answerer(getpass.getuser())
    with opened() as runtime, runtime.transaction() as session:
        found = answer_question(session, number, text, by, corrected=corrected, now=runtime.now())
    click.echo(f"Question {number} of {found.line.person_id} is {found.state}.")


def _row(item: Question) -> dict[str, object]:
    return {
        "number": item.question_id,
        "person": item.line.person_id,
        "period": str(item.line.period),
        "line": item.label or item.line.rule,
        "due_on": item.due_on,
        "asked": item.messages[-1].text if item.messages else "",
    }
