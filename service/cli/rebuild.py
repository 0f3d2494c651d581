"""`stimul rebuild`: throw away what is derived and make it again from the events."""

from __future__ import annotations

import click

from service.cli.opened import format_option, opened, show_one
from service.jobs.pipeline import rebuild, refresh, replay
from service.reports.derived import derived_marks


@click.command("rebuild")
@format_option
def rebuild_all(style: str) -> None:
    """Make facts, scorecards, draft lines and standings again from the events; say what was different before.

    The service may go on meanwhile. Closed months stay as they are: a difference there becomes an adjustment.
    """
    with opened() as runtime:
        with runtime.reading() as session:
            before = derived_marks(session)
        done = rebuild()
        replay()
        refresh()
        with runtime.reading() as session:
            after = derived_marks(session)
    changed = [name for name in before if before[name] != after[name]]
    if style == "json":
        show_one({"events": done.events, "days": done.days, "changed_facts": done.changed_facts, "changed": changed})
        return
    click.echo(f"{done.events} events were counted again on {done.days} days of people.")
    click.echo(f"Different than before: {', '.join(changed) or 'nothing'}.")
