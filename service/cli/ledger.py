"""`stimul ledger`: look whether the books are right."""

from __future__ import annotations

import click

from service.cli.opened import format_option, opened, show_one
from service.reports.ledger import verify_ledger

WRONG = 1
"""Exit status where anything is wrong with the books."""


@click.group()
def ledger() -> None:
    """The ledger."""


@ledger.command("verify")
@format_option
@click.pass_context
def verify(ctx: click.Context, style: str) -> None:
    """Check every entry, statement and closing against each other and name what is wrong."""
    with opened() as runtime, runtime.reading() as session:
        found = verify_ledger(session)
    if style == "json":
        show_one(
            {
                "entries": found.entries,
                "statements": found.statements,
                "closings": found.closings,
                "balanced": found.balanced,
                "findings": list(found.findings),
            }
        )
    else:
        for finding in found.findings:
            click.echo(finding)
        verdict = "the books are right" if found.balanced else f"{len(found.findings)} findings"
        click.echo(f"{found.entries} entries, {found.statements} statements, {found.closings} closings: {verdict}.")
    ctx.exit(0 if found.balanced else WRONG)
