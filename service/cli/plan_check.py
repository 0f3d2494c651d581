"""`stimul plan check`: everything that is wrong with plan files, and what the linter asks about."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from service.cli.opened import opened
from service.cli.plan_files import FINDINGS, rules_option
from service.cli.shown import format_option, show_one
from service.config import EMBEDDED_FILE
from service.domain.errors import StimulError
from service.plans import Rules, load_rules
from service.plans.gate import audit
from service.reports.company import company_today
from service.reports.cost import Costs, costs_of
from service.runtime import system_clock


@click.command("check")
@click.argument("plan_ids", metavar="[PLAN]...", nargs=-1)
@rules_option
@format_option
@click.pass_context
def check_(ctx: click.Context, plan_ids: tuple[str, ...], directory: Path, style: str) -> None:
    """Load the plan files and show every finding at once, what the linter asks about too, each with its place."""
    rules = load_rules(directory)
    costs = _costs(rules, plan_ids)
    findings = audit(rules, plan_ids, system_clock().date(), costs.findings)
    if style == "json":
        show_one({"findings": [item.as_json() for item in findings], "notes": costs.notes})
    else:
        for note in costs.notes:
            click.echo(note, err=True)
        for item in findings:
            click.echo(str(item))
        read = len(plan_ids or rules.plan_ids)
        plans, told = ("plan" if read == 1 else "plans"), ("finding" if len(findings) == 1 else "findings")
        click.echo(f"{read} {plans}, {len(findings)} {told}.", err=True)
    ctx.exit(FINDINGS if findings else 0)


def _costs(rules: Rules, plan_ids: Sequence[str]) -> Costs:
    """What the plans would cost on the facts of the database, where there is one."""
    if not (os.environ.get("DATABASE_URL") or Path(EMBEDDED_FILE).exists()):
        return Costs(notes=["W-BUDGET could not look: there is no database here with facts of the last quarter."])
    try:
        with opened() as runtime, runtime.reading() as session:
            return costs_of(session, rules, plan_ids, company_today(session, runtime.now()))
    except StimulError as error:
        return Costs(notes=[f"W-BUDGET could not look: {error.detail}"])
