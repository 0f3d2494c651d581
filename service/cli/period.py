"""`stimul period`: the months and their close."""

from __future__ import annotations

import getpass

import click

from service.cli.opened import format_option, opened, show, show_one
from service.domain.period import Period
from service.flows.close import close
from service.flows.mark_unscored import mark_unscored
from service.jobs.pipeline import refresh
from service.reports.company import company_today
from service.reports.periods import all_periods


@click.group()
def period() -> None:
    """The months and their close."""


@period.command("close")
@click.argument("month", metavar="MONTH")
@format_option
def close_(month: str, style: str) -> None:
    """Close MONTH (like 2026-10): freeze its lines, post the entries, issue the statements."""
    with opened() as runtime:
        now, asked = runtime.now(), Period.parse(month)
        with runtime.transaction() as session:
            mark_unscored(session, asked, now=now)
        refresh()
        with runtime.transaction() as session:
            closed = close(session, asked, getpass.getuser(), today=company_today(session, now), now=now)
    if style == "json":
        show_one({"period": str(closed.period), "version": closed.version, "document_hash": closed.document_hash})
    else:
        click.echo(f"Period {closed.period} is closed (version {closed.version}, {closed.document_hash}).")


@period.command("list")
@format_option
def list_(style: str) -> None:
    """Show the periods and their state."""
    with opened() as runtime, runtime.reading() as session:
        found = all_periods(session, now=runtime.now())
    show([{"period": str(row.period), "state": row.state.value, "version": row.version} for row in found], style)
