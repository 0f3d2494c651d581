"""`stimul holds`: events that do not count until a person has decided about them."""

from __future__ import annotations

from datetime import datetime

import click

from service.cli.decisions import decision, why_option
from service.cli.opened import format_option, opened, show
from service.domain.hold import Hold, HoldState
from service.flows.decide_hold import decide_hold
from service.flows.hold_event import hold_event
from service.reports.holds import open_holds


@click.group()
def holds() -> None:
    """Events that wait for a person's decision."""


@holds.command("list")
@format_option
def list_(style: str) -> None:
    """Show what is held, the earliest due first."""
    with opened() as runtime, runtime.reading() as session:
        show(open_holds(session), style)


@holds.command("add")
@click.argument("receipt")
@click.option("--reviewer", required=True, help="Who decides.")
@click.option("--due", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day for the decision.")
@why_option
def add(receipt: str, reviewer: str, due: datetime, why: str) -> None:
    """Keep the event of RECEIPT from counting until somebody has decided."""
    with opened() as runtime, runtime.transaction() as session:
        hold_event(session, receipt, Hold(why, reviewer, due.date()), decision(runtime, why))
    click.echo(f"{receipt} is held; {reviewer} decides by {due.date()}.")


@holds.command("release")
@click.argument("receipt")
@why_option
def release(receipt: str, why: str) -> None:
    """Let the held event of RECEIPT count."""
    _decide(receipt, HoldState.RELEASED, why)


@holds.command("reject")
@click.argument("receipt")
@why_option
def reject(receipt: str, why: str) -> None:
    """Let the held event of RECEIPT never count."""
    _decide(receipt, HoldState.REJECTED, why)


def _decide(receipt: str, state: HoldState, why: str) -> None:
    with opened() as runtime, runtime.transaction() as session:
        decide_hold(session, receipt, state, decision(runtime, why))
    click.echo(f"{receipt} is {state.value}.")
