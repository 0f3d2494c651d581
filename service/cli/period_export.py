"""`stimul period export`: a closed month with all it rests on, in one file."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from service.cli.opened import format_option, opened, show_one
from service.domain.period import Period
from service.jobs.bundling import export_closing


@click.command("export")
@click.argument("month", metavar="MONTH")
@click.option(
    "--bundle",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write; it must not be there yet.",
)
@click.option("--version", type=int, help="The closing, withdrawn or not; without it the latest one.")
@format_option
def export(month: str, path: Path, version: int | None, style: str) -> None:
    """Write MONTH with its events, people, plans and statements into one file that `stimul verify` checks anywhere."""
    with opened() as runtime:
        done = export_closing(runtime, Period.parse(month), version, path, getpass.getuser())
    if style == "json":
        told = {"period": str(done.period), "version": done.version, "bundle": str(done.path)}
        show_one({**told, "bytes": done.bytes, "sha256": done.sha256})
    else:
        click.echo(f"{done.path}: {done.period} version {done.version}, {done.bytes} bytes, sha256 {done.sha256}.")
        click.echo("It holds everybody's salary and pay. Only you can read it; keep it so.")
