"""`stimul refresh`: do now, in this process, what the workers would do."""

from __future__ import annotations

import click

from service.cli.opened import opened
from service.jobs.pipeline import enrich, refresh_some, take_due


@click.command()
def refresh() -> None:
    """Fetch what must be fetched and score every person-month that waits; for whoever runs no worker."""
    done = 0
    with opened():
        enrich()
        take_due()
        while count := refresh_some():
            done += count
    click.echo(f"{done} person-months were scored.")
