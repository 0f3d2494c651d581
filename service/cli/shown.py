"""How commands show their results: as JSON, or as text in columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import click

format_option = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How results are printed.",
)


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


def _text(value: object) -> str:
    if value is None:
        return "-"
    return " ".join(str(item) for item in value) if isinstance(value, list) else str(value)
