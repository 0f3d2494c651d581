"""`stimul sources`: the configured senders of events; each command is imported when it is typed."""

from __future__ import annotations

from collections.abc import Mapping

import click

from service.cli.lazy import LazyGroup

COMMANDS: Mapping[str, str] = {
    "add": "service.cli.sources_setup:add",
    "fetch": "service.cli.sources_fetch:fetch",
    "keys": "service.cli.source_keys:keys",
    "map": "service.cli.sources_setup:map_",
    "object": "service.cli.sources_object:object_",
    "list": "service.cli.sources_setup:list_",
    "set": "service.cli.source_settings:set_",
    "try": "service.cli.sources_try:try_",
}


class _Sources(LazyGroup):
    """A group of which one command needs no database and must start at once."""

    places = COMMANDS


@click.group(cls=_Sources)
def sources() -> None:
    """The configured senders of events."""
