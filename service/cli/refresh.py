"""`stimul refresh`: do now, in this process, what the workers would do."""

from __future__ import annotations

import click

from service.cli.opened import opened
from service.jobs.pipeline import refresh_some


@click.command()
def refresh() -> None:
    """Score every person-month that waits; for the operator whose worker does not run."""
    done = 0
    with opened():
        while count := refresh_some():
            done += count
    click.echo(f"{done} person-months were scored.")
