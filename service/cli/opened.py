"""What every command needs: the runtime of the environment, and a way to show its result."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import click

from service.app import build_runtime
from service.config import read_settings
from service.domain.errors import StimulError
from service.reports.readiness import schema_is_current
from service.runtime import Runtime, install

format_option = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How results are printed.",
)


class NotMigratedError(StimulError):
    """A database without the tables of this version."""

    code = "not_migrated"

    def __init__(self) -> None:
        super().__init__("The database does not have the tables of this version. Run: stimul init")


@contextmanager
def opened(*, pooled: bool = True, migrated: bool = True) -> Iterator[Runtime]:
    """The runtime that the environment describes, installed for this process and closed at the end."""
    settings = read_settings(os.environ)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # Which dialect it found and whether it may roll back is nothing an operator asked for.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    runtime = build_runtime(settings, pooled=pooled)
    install(runtime)
    try:
        if migrated:
            _demand_tables(runtime)
        yield runtime
    finally:
        runtime.engine.dispose()


def show_one(row: Mapping[str, object]) -> None:
    """Print one result as a JSON object."""
    click.echo(json.dumps(row, ensure_ascii=False, indent=2, default=str))


def show(rows: Sequence[Mapping[str, object]], style: str) -> None:
    """Print rows as one JSON array, or as columns with a heading."""
    if style == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    if not rows:
        return
    table = [list(rows[0]), *([_text(value) for value in row.values()] for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    for line in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _demand_tables(runtime: Runtime) -> None:
    with runtime.reading() as session:
        if not schema_is_current(session):
            raise NotMigratedError


def _text(value: object) -> str:
    if value is None:
        return "-"
    return " ".join(str(item) for item in value) if isinstance(value, list) else str(value)
