"""`stimul init`: bring the database to the tables of this version, with the public holidays of these years."""

from __future__ import annotations

import getpass

import click

from service.cli.opened import opened
from service.cli.users import link_to
from service.domain.account import Role, new_account
from service.domain.calendar import years_around
from service.flows.add_account import add_account
from service.flows.fill_calendar import fill_calendar
from service.flows.make_reset_link import make_reset_link
from service.reports.accounts import all_accounts
from service.runtime import Runtime

FIRST = "admin"
"""The login of the first administrator, who makes the others."""


@click.command()
def init() -> None:
    """Create the tables, or bring them up to date; doing it again changes nothing."""
    with opened(pooled=False, migrated=False) as runtime:
        runtime.migrate()
        with runtime.transaction() as session:
            fill_calendar(session, years_around(runtime.now().date()))
        token = _first_administrator(runtime)
        click.echo("The database is up to date.")
        if token:
            click.echo(f"The first administrator, {FIRST}, sets a password at {link_to(runtime, token)}")


def _first_administrator(runtime: Runtime) -> str:
    """The token of a link for the first administrator; empty once there is an account with a password."""
    now = runtime.now()
    with runtime.reading() as session:
        known = all_accounts(session)
    if any(item.password_hash or item.oidc_subject for item in known):
        return ""
    with runtime.transaction() as session:
        if all(item.login != FIRST for item in known):
            account = new_account(FIRST, None, [Role.ADMINISTRATOR], now=now)
            add_account(session, account, getpass.getuser(), now=now)
        return make_reset_link(session, FIRST, getpass.getuser(), forget_code=False, now=now)
