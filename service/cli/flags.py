"""`stimul flags`: what looks odd in people's months, and what somebody found it to be."""

from __future__ import annotations

import click

from service.cli.decisions import decision
from service.cli.opened import format_option, opened, show
from service.domain.event import canonical_json
from service.domain.flag import FlagKind, FlagQuery
from service.domain.period import Period
from service.flows.settle_flag import settle_flag
from service.reports.flags import flag_documents

STATES = {"open": False, "resolved": True, "all": None}


@click.group()
def flags() -> None:
    """What looks odd in people's months; never a penalty."""


@flags.command("list")
@click.option("--person", default="", help="Only of this person.")
@click.option("--month", default="", help="Only of this month, like 2026-10.")
@click.option("--kind", type=click.Choice([kind.value for kind in FlagKind]), help="Only of this kind.")
@click.option("--state", type=click.Choice(sorted(STATES)), default="open", show_default=True)
@format_option
def list_(person: str, month: str, kind: str | None, state: str, style: str) -> None:
    """Show flags with their evidence, the latest month first."""
    period = Period.parse(month) if month else None
    wanted = FlagQuery(person, period, FlagKind(kind) if kind else None, STATES[state])
    with opened() as runtime, runtime.reading() as session:
        found = flag_documents(session, wanted)
    if style == "text":
        shown = ("evidence", "resolved")
        found = [{**one, **{name: canonical_json(one[name]) for name in shown}} for one in found]
    show(found, style)


@flags.command("resolve")
@click.argument("flag")
@click.option("--note", required=True, help="What it was.")
def resolve(flag: str, note: str) -> None:
    """Write what FLAG was, for the audit log; what counts stays as it is."""
    with opened() as runtime, runtime.transaction() as session:
        settle_flag(session, flag, decision(runtime, note))
    click.echo(f"Flag {flag} is resolved.")
