"""`stimul plan`: check, test and evaluate the plan files, with no database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import click

from service.cli.lazy import LazyGroup
from service.cli.plan_files import FINDINGS, GIVEN_CHARACTERS, rules_option
from service.cli.shown import format_option, show_one
from service.domain.money import format_minor
from service.plans import (
    ExampleResult,
    GuardReport,
    Rules,
    answer,
    evaluate,
    get_plan,
    guard_report,
    load_plan,
    load_rules,
    read_given,
    run_examples,
)
from service.plans.days_given import given_with_points
from service.plans.schema import plan_schema

WITH_DATABASE: Mapping[str, str] = {
    "backtest": "service.cli.plan_backtest:backtest",
    "check": "service.cli.plan_check:check_",
    "confirmations": "service.cli.plan_confirmations:confirmations",
    "diff": "service.cli.plan_compare:diff",
    "doc": "service.cli.plan_doc:doc",
    "hints": "service.cli.plan_compare:hints_",
    "publish": "service.cli.plan_publish:publish",
}
"""The commands of other files, with a database or the clock; what is in this file must start without either."""


class _Plan(LazyGroup):
    """The commands of plan files; those that need a database are imported when they are typed."""

    places = WITH_DATABASE


@click.group(cls=_Plan)
def plan() -> None:
    """The plan files: check, test, evaluate, try out, publish."""


@plan.command("test")
@click.argument("plan_ids", metavar="[PLAN]...", nargs=-1)
@click.option("--mutate", is_flag=True, help="Also change every number by one step: which ones does no example notice?")
@rules_option
@format_option
@click.pass_context
def test(ctx: click.Context, plan_ids: tuple[str, ...], *, mutate: bool, directory: Path, style: str) -> None:
    """Run the examples inside the plan files."""
    rules = load_rules(directory)
    reports = [_test(rules, plan_id, mutate=mutate) for plan_id in plan_ids or rules.plan_ids]
    if style == "json":
        show_one({"plans": [_as_json(report) for report in reports]})
    else:
        click.echo("\n".join(line for report in reports for line in _as_text(report)))
    ctx.exit(0 if all(report.passed for report in reports) else FINDINGS)


@plan.command("eval")
@click.argument("plan_id", metavar="PLAN")
@click.option(
    "--given", "given_file", type=click.File(encoding="utf-8"), required=True, help="The inputs, YAML or JSON."
)
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


@plan.command("schema")
def schema() -> None:
    """Show the JSON Schema of a plan file, for editors."""
    show_one(plan_schema())


@dataclass(frozen=True, slots=True)
class _Tested:
    """The examples of one plan, and which of its numbers they guard (if that was asked)."""

    plan_id: str
    results: list[ExampleResult]
    guard: GuardReport | None

    @property
    def passed(self) -> bool:
        """Whether every example gave what it says."""
        return all(result.passed for result in self.results)


def _test(rules: Rules, plan_id: str, *, mutate: bool) -> _Tested:
    found = get_plan(rules, plan_id)
    return _Tested(plan_id, run_examples(found), guard_report(found) if mutate else None)


def _as_json(tested: _Tested) -> dict[str, object]:
    report: dict[str, object] = {
        "plan": tested.plan_id,
        "passed": tested.passed,
        "examples": [
            {"name": result.name, "passed": result.passed, "differences": list(result.differences)}
            for result in tested.results
        ],
    }
    if tested.guard is not None:
        report["guard"] = {
            "numbers": tested.guard.numbers,
            "guarded": tested.guard.guarded,
            "unguarded": [{"at": place, "value": value} for place, value in tested.guard.unguarded],
        }
    return report


def _as_text(tested: _Tested) -> Iterator[str]:
    for result in tested.results:
        yield f"{tested.plan_id}: {'passed' if result.passed else 'FAILED'}  {result.name}"
        yield from (f"    {difference}" for difference in result.differences)
    if tested.guard is not None:
        yield f"{tested.plan_id}: {tested.guard.guarded} of {tested.guard.numbers} numbers are guarded by an example"
        yield from (f"    nothing notices a change of {place} = {value}" for place, value in tested.guard.unguarded)
