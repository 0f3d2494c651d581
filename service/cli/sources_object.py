"""`stimul sources object`: what a vendor told of one of its objects."""

from __future__ import annotations

import click

from service.cli.opened import opened, show_one
from service.reports.records import object_document


@click.command("object")
@click.argument("source")
@click.argument("kind")
@click.argument("object_id", metavar="ID")
def object_(source: str, kind: str, object_id: str) -> None:
    """Show an object of SOURCE as JSON: its fields now, its changes in order, and the events it came to."""
    with opened() as runtime, runtime.reading() as session:
        found = object_document(session, source, kind, object_id)
    show_one(found)
