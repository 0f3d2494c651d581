"""`stimul worker`: do the work that requests leave behind."""

from __future__ import annotations

import click

from service.cli.opened import opened
from service.jobs.queue import work


@click.command()
def worker() -> None:
    """Score, earn and rank in the background; start as many as you like."""
    with opened(pooled=False) as runtime:
        if not runtime.settings.redis_url:
            message = "A worker needs Redis: set REDIS_URL. Without Redis the web process does the work itself."
            raise click.ClickException(message)
        work(runtime.settings.redis_url)
