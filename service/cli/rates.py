"""`stimul rates`: what the company's money costs in other currencies."""

from __future__ import annotations

import getpass
from typing import BinaryIO

import click

from service.cli.opened import format_option, opened, show
from service.domain.exchange_rate import RateRow
from service.domain.period import Period
from service.domain.table_csv import decoded, read_table
from service.flows.import_rates import import_rates
from service.reports.rates import rate_documents

COLUMNS = ("currency", "day", "rate")


@click.group()
def rates() -> None:
    """What the company's money costs in other currencies."""


@rates.command("import")
@click.argument("file", type=click.File("rb"))
def import_(file: BinaryIO) -> None:
    """Set the rates of the table FILE with columns currency, day, rate: all lines or none.

    A rate is what one unit of the company's money costs: 1.1725 for USD if a euro costs 1.1725 dollars.
    """
    found = read_table(decoded(file.read()), COLUMNS)
    rows = [RateRow(row.place, *(row.cells.get(name, "").strip() for name in COLUMNS)) for row in found]
    with opened() as runtime:
        now = runtime.now()
        with runtime.transaction() as session:
            new = import_rates(session, rows, getpass.getuser(), now=now)
    click.echo(f"{new} rates were set.")


@rates.command("list")
@click.argument("currency")
@click.argument("month")
@format_option
def list_(currency: str, month: str, style: str) -> None:
    """Show every rate of CURRENCY that money of MONTH may be converted with, with its author."""
    with opened() as runtime, runtime.reading() as session:
        found = rate_documents(session, currency, Period.parse(month))
    show(found, style)
