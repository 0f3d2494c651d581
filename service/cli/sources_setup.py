"""`stimul sources add` and `list`: the configured senders of events."""

from __future__ import annotations

from typing import TextIO

import click

from service.cli.opened import format_option, opened, show, show_one
from service.domain.source import SourceKind, new_source
from service.flows.add_source import add_source
from service.reports.sources import all_sources
from service.sources.registry import ADAPTERS

TOKEN_CHARACTERS = 4096
"""A token file longer than this is not a token file."""


KINDS = [SourceKind.NATIVE, *ADAPTERS]
"""The kinds whose messages can be read."""


@click.command("add")
@click.argument("name")
@click.option("--kind", type=click.Choice([kind.value for kind in KINDS]), required=True, help="What it sends.")
@click.option(
    "--token-file",
    type=click.File(),
    help="File with the application token of the messages; - asks for it. Arguments can be seen by others.",
)
@format_option
def add(name: str, kind: str, token_file: TextIO | None, style: str) -> None:
    """Add the sender NAME; its events are keyed by that name for ever."""
    with opened() as runtime:
        source = new_source(name, SourceKind(kind), _token(token_file), now=runtime.now())
        with runtime.transaction() as session:
            add_source(session, source)
        address = f"{runtime.settings.public_url}/v1/" + (f"hooks/{name}" if source.kind.has_token else "events")
    if style == "json":
        show_one({"source": name, "kind": kind, "send_to": address})
        return
    click.echo(f"Source {name} was added. It sends its messages to {address}")
    if not source.kind.has_token:
        click.echo(f"Make its key with: stimul keys create --name NAME --scope events:write --source {name}")


@click.command("list")
@format_option
def list_(style: str) -> None:
    """Show every sender."""
    with opened() as runtime, runtime.reading() as session:
        found = all_sources(session)
    show(
        [
            {"source": item.source_id, "kind": item.kind.value, "added": item.created_at, "retired": item.retired_at}
            for item in found
        ],
        style,
    )


def _token(token_file: TextIO | None) -> str:
    if token_file is None:
        return ""
    if token_file.isatty():
        return str(click.prompt("Application token", hide_input=True)).strip()
    return token_file.read(TOKEN_CHARACTERS).strip()
