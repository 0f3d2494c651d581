"""`stimul plan`: what is done with plan files; here the commands that are to start at once, with no database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

import click

from service.cli.lazy import LazyGroup
from service.cli.plan_files import GIVEN_CHARACTERS, given_option, rules_option
from service.cli.shown import format_option, show_one
from service.domain.money import format_minor
from service.plans import answer, evaluate, load_plan, read_given
from service.plans.days_given import given_with_points

ELSEWHERE: Mapping[str, str] = {
    "backtest": "service.cli.plan_backtest:backtest",
    "check": "service.cli.plan_check:check_",
    "confirmations": "service.cli.plan_confirmations:confirmations",
    "diff": "service.cli.plan_compare:diff",
    "doc": "service.cli.plan_doc:doc",
    "hints": "service.cli.plan_compare:hints_",
    "publish": "service.cli.plan_publish:publish",
    "schema": "service.cli.plan_editors:schema",
    "test": "service.cli.plan_examples:test",
}
"""The commands of other files, which need a database, the clock or the linter, or have much to say."""


class _Plan(LazyGroup):
    """The commands of plan files; most are imported when they are typed."""

    places = ELSEWHERE


@click.group(cls=_Plan)
def plan() -> None:
    """The plan files: check, test, evaluate, try out, publish."""


@plan.command("eval")
@click.argument("plan_id", metavar="PLAN")
@given_option
@rules_option
@format_option
def eval_(plan_id: str, given_file: TextIO, directory: Path, style: str) -> None:
    """Evaluate PLAN on given inputs, with no database."""
    found = load_plan(directory, plan_id)
    written = read_given(given_file.read(GIVEN_CHARACTERS), given_file.name)
    if style == "json":
        show_one(answer(found, written))
        return
    given, _ = given_with_points(found, written)
    evaluation = evaluate(found, given.inputs, given.period)
    for line in evaluation.lines:
        click.echo(f"{line.label:<60} {format_minor(line.amount_minor):>14}")
    click.echo(f"{'Total':<60} {format_minor(evaluation.total_minor):>14}")
    click.echo(f"{'Payable':<60} {format_minor(evaluation.payable_minor):>14}")


@plan.command("hash")
@click.argument("plan_id", metavar="PLAN")
@rules_option
@format_option
def hash_(plan_id: str, directory: Path, style: str) -> None:
    """Show the content hash of PLAN, and as JSON its canonical document."""
    found = load_plan(directory, plan_id)
    if style == "json":
        show_one({"plan": plan_id, "hash": found.content_hash, "document": json.loads(found.document)})
    else:
        click.echo(found.content_hash)
