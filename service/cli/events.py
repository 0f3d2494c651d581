"""`stimul events`: history from files."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from service.cli.opened import opened
from service.domain.backfill import Backfill
from service.domain.errors import MalformedError
from service.domain.source import SourceRetiredError, UnknownSourceError
from service.flows.begin_backfill import begin_backfill
from service.flows.end_receiving import end_receiving
from service.flows.ingest import ingest
from service.flows.note_backfill import note_backfill
from service.flows.refuse_backfill import refuse_backfill
from service.reports.backfills import backfill_document
from service.reports.sources import find_source
from service.runtime import Runtime
from service.sources.history import HistoryFormat, history_sent, lines_of, parts_of

WHO = "stimul events import"
"""Who the events of an import were let in by."""


@click.group()
def events() -> None:
    """History from files."""


@events.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="The source whose history it is.")
@click.option(
    "--format",
    "style",
    type=click.Choice([style.value for style in HistoryFormat]),
    help="How it is written; the ending of its name tells it otherwise.",
)
def import_(file: Path, source: str, style: str | None) -> None:
    """Take the events of FILE: NDJSON, CSV or Parquet, a row each.

    Broken off, it goes on where it stopped when the same file is imported again. Events that came live as well, or in
    another file, are duplicates and change nothing.
    """
    written = HistoryFormat(style) if style else _style_of(file)
    with opened() as runtime, file.open("rb") as content:
        _demand_source(runtime, source)
        fingerprint = hashlib.file_digest(content, "sha256").hexdigest()
        content.seek(0)
        with runtime.transaction() as session:
            begun = begin_backfill(session, source, fingerprint, WHO, now=runtime.now())
        try:
            _tell(_take(runtime, begun, content, written))
        except MalformedError as error:
            with runtime.transaction() as session:
                refuse_backfill(session, begun.backfill_id, error.detail)
            raise


def _take(runtime: Runtime, begun: Backfill, content: BinaryIO, style: HistoryFormat) -> Backfill:
    """Take the parts that are not taken yet, each in a transaction of its own."""
    held, total = begun, 0
    for number, first_row, lines in _numbered(content, style):
        total = number + 1
        if number < held.parts_done:
            continue
        now = runtime.now()
        with runtime.transaction() as session:
            (results,) = ingest(session, [history_sent(lines, begun.source_id, WHO, now=now)], now=now)
            held = note_backfill(session, begun.backfill_id, first_row, results)
        click.echo(f"{held.rows_read} rows", err=True)
    with runtime.transaction() as session:
        return end_receiving(session, begun.backfill_id, total)


def _numbered(content: BinaryIO, style: HistoryFormat) -> Iterator[tuple[int, int, bytes]]:
    first_row = 1
    for number, lines in enumerate(parts_of(lines_of(content, style))):
        yield number, first_row, b"\n".join(lines)
        first_row += len(lines)


def _demand_source(runtime: Runtime, source_id: str) -> None:
    with runtime.reading() as session:
        source = find_source(session, source_id)
    if source is None:
        raise UnknownSourceError(source_id)
    if source.retired_at is not None:
        raise SourceRetiredError(source_id)


def _style_of(file: Path) -> HistoryFormat:
    found = {".csv": HistoryFormat.CSV, ".parquet": HistoryFormat.PARQUET}
    return found.get(file.suffix.lower(), HistoryFormat.NDJSON)


def _tell(held: Backfill) -> None:
    told = backfill_document(held)
    counts = ", ".join(f"{number} {state}" for state, number in sorted(held.counts.items())) or "nothing"
    click.echo(f"Backfill {told['backfill_id']}: {held.rows_read} rows, {counts}.")
    for problem in held.problems:
        click.echo(f"  row {problem['row']}: {problem['detail']}", file=sys.stderr)
