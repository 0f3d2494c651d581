"""`stimul users`: who may log in to the pages."""

from __future__ import annotations

import getpass

import click

from service.cli.opened import format_option, opened, show, show_one
from service.domain.account import LINK_LIFETIME, Role, new_account
from service.flows.add_account import add_account
from service.flows.change_account import change_account
from service.flows.make_reset_link import make_reset_link
from service.reports.accounts import all_accounts
from service.runtime import Runtime

role_option = click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="What the account may do beyond its own affairs.",
)


@click.group()
def users() -> None:
    """Who may log in to the pages."""


@users.command()
@click.argument("login")
@click.option("--person", help="The person whose day and money it shows.")
@role_option
@format_option
def add(login: str, person: str | None, roles: tuple[str, ...], style: str) -> None:
    """Make an account for LOGIN and show its one-time link."""
    with opened() as runtime:
        account = new_account(login, person, [Role(role) for role in roles], now=runtime.now())
        with runtime.transaction() as session:
            add_account(session, account, getpass.getuser(), now=runtime.now())
            token = make_reset_link(session, account.login, getpass.getuser(), forget_code=False, now=runtime.now())
        _show_link(runtime, account.login, token, style)


@users.command()
@click.argument("login")
@click.option("--forget-code", is_flag=True, help="Take the second factor off too, for a lost telephone.")
@format_option
def reset(login: str, style: str, *, forget_code: bool) -> None:
    """Show a new one-time link for LOGIN; its earlier links open nothing any more."""
    with opened() as runtime:
        with runtime.transaction() as session:
            token = make_reset_link(session, login, getpass.getuser(), forget_code=forget_code, now=runtime.now())
        _show_link(runtime, login, token, style)


@users.command()
@click.argument("login")
@role_option
@click.option("--closed", is_flag=True, help="Nobody logs in with it any more.")
def change(login: str, roles: tuple[str, ...], *, closed: bool) -> None:
    """Give LOGIN exactly these roles; whoever is logged in with it must log in again."""
    with opened() as runtime, runtime.transaction() as session:
        wanted = [Role(role) for role in roles]
        change_account(session, login, wanted, getpass.getuser(), is_open=not closed, now=runtime.now())
    click.echo(f"{login}: {', '.join(sorted(roles)) or 'no role'}{', closed' if closed else ''}.")


@users.command("list")
@format_option
def list_(style: str) -> None:
    """Show every account."""
    with opened() as runtime, runtime.reading() as session:
        found = all_accounts(session)
    show(
        [
            {
                "login": item.login,
                "person": item.person_id,
                "roles": sorted(item.roles),
                "password": bool(item.password_hash),
                "second_factor": bool(item.totp_sealed),
                "openid": bool(item.oidc_subject),
                "open": item.is_open,
            }
            for item in found
        ],
        style,
    )


def link_to(runtime: Runtime, token: str) -> str:
    """The address of a one-time link."""
    return f"{runtime.settings.public_url}/reset/{token}"


def _show_link(runtime: Runtime, login: str, token: str, style: str) -> None:
    link = link_to(runtime, token)
    if style == "json":
        show_one({"login": login, "link": link})
        return
    click.echo(link)
    hours = int(LINK_LIFETIME.total_seconds()) // 3600
    click.echo(f"{login} sets a password there. The link opens once, within {hours} hours.", err=True)
