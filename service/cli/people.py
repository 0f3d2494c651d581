"""`stimul people`: who works here, from a table and as a list."""

from __future__ import annotations

import getpass
from datetime import datetime
from typing import BinaryIO, TextIO

import click

from service.cli.opened import format_option, opened, show, show_one
from service.domain.bank_account import bank_account
from service.domain.calendar import years_around
from service.domain.people_csv import read_people_csv
from service.domain.table_csv import decoded
from service.flows.fill_calendar import fill_calendar
from service.flows.forget_bank_account import forget_bank_account
from service.flows.import_people import import_people
from service.flows.recount_events import recount_events
from service.flows.set_bank_account import set_bank_account
from service.reports.bank_accounts import kept_account
from service.reports.company import company_today
from service.reports.people import people_on, person_on_document

ACCOUNT_CHARACTERS = 200
"""A file of an IBAN and a BIC is shorter; more of it is not read."""


@click.group()
def people() -> None:
    """Who works here, as what."""


@people.command("import")
@click.argument("file", type=click.File("rb"))
@format_option
def import_(file: BinaryIO, style: str) -> None:
    """Store the people of the table FILE (docs/people.md has its columns): all lines, or none and every mistake."""
    rows = read_people_csv(decoded(file.read()))
    with opened() as runtime:
        now = runtime.now()
        with runtime.transaction() as session:
            fill_calendar(session, years_around(now.date()))
            done = import_people(session, rows, getpass.getuser(), now=now)
            recount_events(session, done.lost, now=now)
    if style == "json":
        show_one({"people": done.people, "changed": done.changed, "months": done.months})
    else:
        click.echo(f"{done.people} people: {done.changed} changed, {done.months} months will be scored again.")


@people.command("list")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="As of this day instead of today.")
@format_option
def list_(day: datetime | None, style: str) -> None:
    """Show everybody as of a day."""
    with opened() as runtime, runtime.reading() as session:
        found = people_on(session, day.date() if day else company_today(session, runtime.now()))
    show([person_on_document(item) for item in found], style)


@people.command("iban")
@click.argument("person")
@click.option("--file", type=click.File("r"), help="A file with the IBAN, and the BIC on a second line if you like.")
@click.option("--forget", is_flag=True, help="Keep the account no longer.")
def iban(person: str, file: TextIO | None, *, forget: bool) -> None:
    """Keep the bank account of PERSON, who sends an invoice; show what is kept, or forget it."""
    with opened() as runtime:
        if file is not None:
            number, _, bank = file.read(ACCOUNT_CHARACTERS).strip().partition("\n")
            account = bank_account(number, bank)
            with runtime.transaction() as session:
                set_bank_account(session, person, account, runtime.vault, getpass.getuser(), now=runtime.now())
        if forget:
            with runtime.transaction() as session:
                forget_bank_account(session, person, getpass.getuser(), now=runtime.now())
            click.echo(f"The bank account of {person} is forgotten.")
            return
        with runtime.reading() as session:
            kept = kept_account(session, person)
    click.echo(f"{kept.person_id} {kept.masked}, set by {kept.changed_by}.")
