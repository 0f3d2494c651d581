"""`stimul period replay`: a closed month worked out again from what its close knew."""

from __future__ import annotations

import click

from service.cli.opened import format_option, opened, show_one
from service.domain.period import Period
from service.domain.replay import Difference, Replayed
from service.jobs.replaying import replay_closing

UNEQUAL = 1
"""Exit status where anything came out differently."""


@click.command("replay")
@click.argument("month", metavar="MONTH")
@click.option("--version", type=int, help="The closing, withdrawn or not; without it the latest one.")
@format_option
@click.pass_context
def replay(ctx: click.Context, month: str, version: int | None, style: str) -> None:
    """Work MONTH out again from what its close knew and show every difference; nothing is changed."""
    with opened() as runtime:
        found = replay_closing(runtime, Period.parse(month), version)
    if style == "json":
        show_one(found.as_json())
    else:
        show_replayed(found)
    ctx.exit(0 if found.is_equal else UNEQUAL)


def show_replayed(found: Replayed) -> None:
    """Print what a replay found, a line for each difference."""
    for item in found.differences:
        click.echo(_sentence(item))
    untold = found.count - len(found.differences)
    if untold:
        click.echo(f"And {untold} more.")
    done = f"{found.period} version {found.version}: {found.people} people, {found.lines} lines, {found.events} events"
    if found.is_equal:
        click.echo(f"{done}, worked out again to the same cents and the same document ({found.document_hash}).")
    else:
        click.echo(f"{done}: {found.count} differences; {found.document_hash} came out as {found.again_hash}.")


def _sentence(item: Difference) -> str:
    who = " ".join(word for word in (item.person_id, item.month) if word) or "everybody"
    because = f" (inputs that differ: {', '.join(item.because)})" if item.because else ""
    return f"{who}: {item.what} {item.name}: {item.stored or 'nothing'} stored, {item.again or 'nothing'} now{because}."
