"""`stimul payouts`: what a month pays, as files for finance, payroll, the bank and the books."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

import click
from sqlalchemy.orm import Session

from service.cli.opened import opened
from service.config import read_settings
from service.domain.figures import Language
from service.domain.payout_settings import PayoutSettings
from service.domain.period import Period
from service.flows.note_look import note_look
from service.plans.payout_settings import payout_settings
from service.reports.journal import journal_of
from service.reports.journal_tables import journal_csv, schedule_csv
from service.reports.payout_tables import Table, payout_csv
from service.reports.payout_workbook import payout_workbook
from service.reports.payouts import payout_report
from service.reports.payroll import open_file, payroll_of_month
from service.reports.periods import closed_at
from service.reports.sepa import Asked, payment_file
from service.runtime import Runtime

EVERYBODY = "everybody"
"""Whose money a file shows, in the audit log."""

out_option = click.option(
    "--out", "file", type=click.File("wb"), default="-", help="Where the file is written; shown if left out."
)


@click.group()
def payouts() -> None:
    """What a month pays, as files."""


@payouts.command("check")
def check() -> None:
    """Check rules/finance/payouts.yaml, the form and the accounts of every file; works without a database."""
    settings = payout_settings(read_settings(os.environ).rules_dir)
    columns = ", ".join(column.field.value for column in settings.payroll.columns)
    click.echo(f"The settings are right. The payroll file has {columns}, in {settings.payroll.encoding}.")


@payouts.command("report")
@click.argument("month", metavar="MONTH")
@click.option("--table", type=click.Choice([table.value for table in Table]), help="One table as CSV.")
@click.option("--lang", type=click.Choice([language.value for language in Language]), default="en", show_default=True)
@out_option
def report(month: str, table: str | None, lang: str, file: BinaryIO) -> None:
    """Write the payout report of the closed MONTH: a workbook, or one table as CSV."""

    def made(session: Session, period: Period) -> bytes:
        found = payout_report(session, period)
        if table:
            return payout_csv(found, Table(table)).encode()
        return payout_workbook(found, Language(lang), closed_at(session, period))

    with opened() as runtime:
        _write(runtime, month, file, made)


@payouts.command("payroll")
@click.argument("month", metavar="MONTH")
@out_option
def payroll(month: str, file: BinaryIO) -> None:
    """Write the payroll file of the approved MONTH: a row for each personnel number, pay code and month worked for."""
    with opened() as runtime:
        settings = _settings(runtime)
        _write(runtime, month, file, lambda session, period: payroll_of_month(session, period, settings))


@payouts.command("open")
@click.argument("month", metavar="MONTH")
@out_option
def open_(month: str, file: BinaryIO) -> None:
    """Write what is not paid yet of the approved MONTH, in the form of the payroll file."""
    with opened() as runtime:
        settings = _settings(runtime)
        _write(runtime, month, file, lambda session, period: open_file(session, period, settings))


@payouts.command("journal")
@click.argument("month", metavar="MONTH")
@click.option("--schedule", is_flag=True, help="The months of the costs that this month spreads, instead of entries.")
@out_option
def journal(month: str, file: BinaryIO, *, schedule: bool) -> None:
    """Write the journal of the approved MONTH as CSV: accrual, amortisation and payments, balanced."""
    written = schedule_csv if schedule else journal_csv
    with opened() as runtime:
        settings = _settings(runtime)
        _write(runtime, month, file, lambda session, period: written(journal_of(session, period, settings)).encode())


@payouts.command("sepa")
@click.argument("month", metavar="MONTH")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day on which the bank pays.")
@out_option
def sepa(month: str, day: datetime, file: BinaryIO) -> None:
    """Write the payment file of the approved MONTH for the bank: for those who send an invoice alone."""
    with opened() as runtime:
        settings = _settings(runtime)
        asked = Asked(day.date())
        _write(
            runtime, month, file, lambda session, period: payment_file(session, period, asked, settings, runtime.vault)
        )


def _settings(runtime: Runtime) -> PayoutSettings:
    return payout_settings(runtime.settings.rules_dir)


def _write(runtime: Runtime, month: str, file: BinaryIO, made: Callable[[Session, Period], bytes]) -> None:
    """Make a file, note who looked, and write it; where it cannot be made nothing is written."""
    period = Period.parse(month)
    with runtime.reading() as session:
        body = made(session, period)
    with runtime.transaction() as session:
        note_look(session, getpass.getuser(), EVERYBODY, str(period), now=runtime.now())
    file.write(body)
