"""`stimul demo`: a company of forty-five people with two months of work, its month closed, its pages served."""

from __future__ import annotations

import socket
from datetime import date, datetime, time
from pathlib import Path

import click

from service.cli.demo.clock import DemoClock, running_from
from service.cli.demo.history import Span
from service.cli.demo.message import ZONE
from service.cli.demo.opening import demo_settings, open_runtime
from service.cli.demo.outcome import outcome_document
from service.cli.demo.poster import poster
from service.cli.demo.season import play
from service.cli.opened import format_option, show_one
from service.cli.serve import serve_forever
from service.domain.period import Period
from service.runtime import system_clock

FIRST_DAY = date(2026, 2, 1)
"""The plans of the demo hold from January 2026, and it tells of a whole month before the present one."""

END_OF_WORK = time(18)
"""A day that is asked for is told to its end; the real one only up to now."""

BOARD = "closer"
"""The board that the JSON shows."""


@click.command()
@click.option("--seed", default=1, show_default=True, help="Another seed makes another company.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The demo's present day; default: the real one.")
@click.option("--once", is_flag=True, help="Show the result and end, without serving.")
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="Where the demo keeps its database; an earlier demo there is replaced.",
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to serve on.")
@format_option
def demo(seed: int, today: datetime | None, directory: Path, port: int, style: str, *, once: bool) -> None:
    """Make the demo company, close its past month, show what came of it, and serve its pages."""
    now = system_clock().astimezone(ZONE)
    day = today.date() if today else now.date()
    if day < FIRST_DAY:
        raise click.BadParameter(f"the demo company tells of {FIRST_DAY} and later", param_hint="--today")
    if not once:
        _demand_free(port)
    end_of_day = datetime.combine(day, END_OF_WORK, ZONE)
    span = Span(Period.of(day).preceding, end_of_day if today else min(now, end_of_day))
    settings = demo_settings(directory)
    clock = DemoClock(datetime.combine(span.first_month.first_day, time(8), ZONE))
    runtime = open_runtime(settings, directory, clock)
    try:
        outcome = play(runtime, clock, seed, span)
    finally:
        runtime.engine.dispose()
    if style == "json":
        show_one(outcome_document(outcome, BOARD))
    else:
        click.echo(poster(outcome))
    if not once:
        click.echo(f"\nhttp://127.0.0.1:{port} shows it. Ctrl-C ends it.", err=True)
        serving_clock = running_from(span.until, system_clock) if today else system_clock
        serve_forever(settings, host="127.0.0.1", port=port, clock=serving_clock)


def _demand_free(port: int) -> None:
    """Refuse a port that somebody listens on before the demo is made, not a minute later."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise click.BadParameter(f"{port} is in use on this machine", param_hint="--port") from error
