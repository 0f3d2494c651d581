"""`stimul plan test`: the examples inside the plan files, and which numbers they guard; no database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from service.cli.plan_files import FINDINGS, rules_option
from service.cli.shown import format_option, show_one
from service.plans import Rules, get_plan, load_rules
from service.plans.examples import ExampleResult, run_examples
from service.plans.guard import GuardReport, guard_report


@click.command("test")
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
