"""`stimul sources set`: what an operator changes about a sender that is in use."""

from __future__ import annotations

import getpass

import click

from service.cli.opened import opened
from service.domain.source_settings import SourceSettings
from service.flows.set_source import set_source


@click.command("set")
@click.argument("source")
@click.option("--requests-per-s", type=int, help="Requests it may send in a second.")
@click.option("--events-per-s", type=int, help="Events it may send in a second.")
@click.option("--max-age-days", type=int, help="Events older than this wait for clarification.")
@click.option("--versioned/--not-versioned", default=None, help="Whether its events carry versions of objects.")
def set_(
    source: str,
    requests_per_s: int | None,
    events_per_s: int | None,
    max_age_days: int | None,
    *,
    versioned: bool | None,
) -> None:
    """Change the rates of SOURCE, the greatest age of its events, or whether they carry versions."""
    settings = SourceSettings(requests_per_s, events_per_s, max_age_days, versioned)
    with opened() as runtime, runtime.transaction() as session:
        set_source(session, source, settings, getpass.getuser(), now=runtime.now())
    click.echo(f"Source {source}: " + ", ".join(f"{name} {value}" for name, value in settings.given().items()))
