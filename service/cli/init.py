"""`stimul init`: bring the database to the tables of this version, with the public holidays of these years."""

from __future__ import annotations

import click

from service.cli.opened import opened
from service.domain.calendar import years_around
from service.flows.fill_calendar import fill_calendar


@click.command()
def init() -> None:
    """Create the tables, or bring them up to date; doing it again changes nothing."""
    with opened(pooled=False, migrated=False) as runtime:
        runtime.migrate()
        with runtime.transaction() as session:
            fill_calendar(session, years_around(runtime.now().date()))
    click.echo("The database is up to date.")
