"""`stimul targets`: what each person is asked for in a month."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import BinaryIO

import click

from service.cli.opened import format_option, opened, show
from service.domain.people_csv import with_point
from service.domain.period import Period
from service.domain.table_csv import decoded, read_table
from service.domain.target import TargetRow
from service.flows.assign_targets import assign_targets
from service.reports.ramps import ramp_rows
from service.reports.targets import target_document, targets_of

COLUMNS = ("person_id", "period", "standard", "amount")


@click.group()
def targets() -> None:
    """What each person is asked for in a month."""


@targets.command("set")
@click.argument("person")
@click.argument("month")
@click.argument("standard")
@click.argument("amount")
def set_(person: str, month: str, standard: str, amount: str) -> None:
    """Set the target of PERSON in MONTH (like 2026-10) for STANDARD to AMOUNT."""
    _assign([TargetRow("{}:", person, month, standard, amount)])


@targets.command("import")
@click.argument("file", type=click.File("rb"))
def import_(file: BinaryIO) -> None:
    """Set the targets of the table FILE with columns person_id, period, standard, amount: all lines or none."""
    found = read_table(decoded(file.read()), COLUMNS)
    cells = [(row.place, [row.cells.get(name, "").strip() for name in COLUMNS]) for row in found]
    _assign(
        [
            TargetRow(place, person, month, standard, with_point(amount))
            for place, (person, month, standard, amount) in cells
        ]
    )


@targets.command("list")
@click.argument("month")
@format_option
def list_(month: str, style: str) -> None:
    """Show every target ever set for MONTH, with its author."""
    with opened() as runtime, runtime.reading() as session:
        found = targets_of(session, Period.parse(month))
    show([target_document(item) for item in found], style)


@targets.command("ramps")
@click.argument("month")
@format_option
def ramps(month: str, style: str) -> None:
    """Show the steps by which targets rise in MONTH, and why a week held."""
    with opened() as runtime, runtime.reading() as session:
        found = list(ramp_rows(session, Period.parse(month)))
    show(found, style)


def _assign(rows: Sequence[TargetRow]) -> None:
    with opened() as runtime:
        now = runtime.now()
        with runtime.transaction() as session:
            new = assign_targets(session, rows, getpass.getuser(), now=now)
    click.echo(f"{new} targets were set.")
