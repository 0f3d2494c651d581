"""`stimul plan check`: everything that is wrong with plan files, and what the linter asks about."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.plan_files import FINDINGS, rules_option
from service.cli.shown import format_option, show_one
from service.domain.money import format_minor
from service.plans import Finding, audit, load_rules
from service.runtime import system_clock


@click.command("check")
@click.argument("plan_ids", metavar="[PLAN]...", nargs=-1)
@rules_option
@format_option
@click.pass_context
def check_(ctx: click.Context, plan_ids: tuple[str, ...], directory: Path, style: str) -> None:
    """Load the plan files and show every finding at once, what the linter asks about too, each with its place."""
    rules = load_rules(directory)
    findings = audit(rules, plan_ids, system_clock().date())
    if style == "json":
        show_one({"findings": [_finding(item) for item in findings]})
    else:
        for item in findings:
            click.echo(str(item))
        read = len(plan_ids or rules.plan_ids)
        plans, told = ("plan" if read == 1 else "plans"), ("finding" if len(findings) == 1 else "findings")
        click.echo(f"{read} {plans}, {len(findings)} {told}.", err=True)
    ctx.exit(FINDINGS if findings else 0)


def _finding(item: Finding) -> dict[str, object]:
    return {
        "code": item.code,
        "message": item.message,
        "file": item.place.file,
        "line": item.place.line,
        "column": item.place.column,
        "suggestion": item.suggestion,
        "amount": None if item.amount_minor is None else format_minor(item.amount_minor),
    }
