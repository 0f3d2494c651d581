"""`stimul plan backtest`: what past months would have paid under a draft, by person."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from service.cli.opened import format_option, opened, show, show_one
from service.cli.plan_files import rules_option
from service.domain.backtest import demand_past, result_document
from service.domain.period import Period, months_between
from service.plans import get_plan, load_rules
from service.reports.backtest import Draft, try_month
from service.reports.company import company_today


@click.command("backtest")
@click.argument("plan_id", metavar="PLAN")
@click.option("--from", "first", metavar="MONTH", required=True, help="The first month, like 2026-05.")
@click.option("--to", "last", metavar="MONTH", required=True, help="The last month, like 2026-10.")
@rules_option
@format_option
def backtest(plan_id: str, first: str, last: str, directory: Path, style: str) -> None:
    """Show what past months would have paid under PLAN, beside what was posted or is drafted; nothing moves."""
    found = get_plan(load_rules(directory), plan_id)
    draft = Draft(found, found.effective_from)
    asked = Period.parse(first), Period.parse(last)
    months = []
    with opened() as runtime:
        with runtime.reading() as session:
            demand_past(*asked, company_today(session, runtime.now()))
        with click.progressbar(months_between(*asked), label="Months", file=sys.stderr) as periods:
            for period in periods:
                with runtime.reading() as session:
                    months.append(try_month(session, draft, period))
    result = {"plan": plan_id, "hash": found.content_hash, "currency": found.currency, **result_document(months)}
    if style == "json":
        show_one({**result, "from": first, "to": last})
    else:
        _show_text(result)


def _show_text(result: Mapping[str, Any]) -> None:
    rows = [
        {name: row[name] for name in ("person_id", "name", "before", "after", "difference")} for row in result["people"]
    ]
    total = {name: result[name] for name in ("before", "after", "difference")}
    show([*rows, {"person_id": "all", "name": "", **total}], "text")
    click.echo(
        f"{result['winners']} would get more, {result['losers']} less, {result['unchanged']} the same. "
        f"The cost would change by {result['difference']} {result['currency']}."
    )
    for row in result["left_out"]:
        click.echo(f"Left out: {row['person_id']} in {row['period']}, for want of {', '.join(row['missing'])}.")
    if result["counted_otherwise"]:
        named = ", ".join(result["counted_otherwise"])
        click.echo(f"The facts of these metrics were counted by another definition than the draft's: {named}.")
