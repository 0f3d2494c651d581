"""`stimul privacy`: what is kept about a person, taking a person out of it, and what is kept no longer."""

from __future__ import annotations

import getpass

import click

from service.cli.opened import format_option, opened, show_one
from service.domain.privacy import Terms
from service.flows.erase_person import erase_person
from service.flows.note_export import note_export
from service.flows.prune import prune as prune_step
from service.reports.company import company_today
from service.reports.privacy import person_export


@click.group()
def privacy() -> None:
    """What is kept about people, and for how long."""


@privacy.command()
@click.argument("person")
def export(person: str) -> None:
    """Print everything that is kept about PERSON as one JSON document."""
    with opened() as runtime:
        with runtime.transaction() as session:
            note_export(session, person, getpass.getuser(), now=runtime.now())
        with runtime.reading() as session:
            show_one(person_export(session, person, now=runtime.now()))


@privacy.command()
@click.argument("person")
@click.option("--reason", required=True, help="Why, for the audit log; without the name.")
def erase(person: str, reason: str) -> None:
    """Take the names, numbers and user ids of PERSON out of everything but finance's statements, for ever."""
    with opened() as runtime, runtime.transaction() as session:
        today = company_today(session, runtime.now())
        erase_person(session, person, reason, getpass.getuser(), today=today, now=runtime.now())
    click.echo(f"{person} is erased. Statements keep the name for their term; the ledger keeps the person id.")


@privacy.command()
@format_option
def prune(style: str) -> None:
    """Delete what has been kept for its term; for a daily cron job, and doing it again changes nothing."""
    told = {"deliveries": 0, "events": 0, "statements": 0, "bank_accounts": 0}
    with opened() as runtime:
        settings = runtime.settings
        terms = Terms(settings.raw_months, settings.event_years, settings.statement_years)
        step = None
        while step is None or step.total:
            with runtime.transaction() as session:
                step = prune_step(session, terms, getpass.getuser(), now=runtime.now())
            told = {name: count + getattr(step, name) for name, count in told.items()}
    if style == "json":
        show_one(told)
    else:
        click.echo(", ".join(f"{count} {name}" for name, count in told.items()) + " deleted.")
