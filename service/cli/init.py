"""`stimul init`: bring the database to the tables of this version."""

from __future__ import annotations

import click

from service.cli.opened import opened


@click.command()
def init() -> None:
    """Create the tables, or bring them up to date; doing it again changes nothing."""
    with opened(pooled=False, migrated=False) as runtime:
        runtime.migrate()
    click.echo("The database is up to date.")
