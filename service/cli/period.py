"""`stimul period`: the months and their close."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from typing import Any, BinaryIO

import click

from service.cli.lazy import LazyGroup
from service.cli.opened import format_option, opened, show, show_one
from service.domain.checklist import is_blocked
from service.domain.period import Period, PeriodState
from service.domain.returned_list import read_returned
from service.flows.approve import approve
from service.flows.close import close
from service.flows.mark_unscored import mark_unscored
from service.flows.pay import pay
from service.flows.withdraw import withdraw
from service.jobs.pipeline import refresh
from service.plans.payout_settings import payout_settings
from service.reports.accounts import signing_account
from service.reports.checklist import checklist
from service.reports.company import company_today
from service.reports.period_dates import period_documents
from service.reports.periods import payment_told, shown_period
from service.reports.reminders import period_document

DIFFERENCE = ("what", "line", "number", "person", "code", "month", "owed", "told")
"""The columns of a difference, in the order in which people read them."""

CHECKED = ("weight", "matter", "count", "what", "do", "names")
"""The columns of the checklist, in the order in which people read them."""

ELSEWHERE: Mapping[str, str] = {
    "export": "service.cli.period_export:export",
    "replay": "service.cli.period_replay:replay",
}
"""The commands of other files."""


class _Period(LazyGroup):
    """The commands of months; some are imported when they are typed."""

    places = ELSEWHERE


@click.group(cls=_Period)
def period() -> None:
    """The months and their close."""


@period.command("close")
@click.argument("month", metavar="MONTH")
@format_option
def close_(month: str, style: str) -> None:
    """Close MONTH (like 2026-10): freeze its lines, post the entries, issue the statements."""
    with opened() as runtime:
        now, asked = runtime.now(), Period.parse(month)
        with runtime.transaction() as session:
            mark_unscored(session, asked, now=now)
        refresh()
        with runtime.transaction() as session:
            closed = close(session, asked, getpass.getuser(), today=company_today(session, now), now=now)
    if style == "json":
        show_one({"period": str(closed.period), "version": closed.version, "document_hash": closed.document_hash})
    else:
        click.echo(f"Period {closed.period} is closed (version {closed.version}, {closed.document_hash}).")


@period.command("list")
@format_option
def list_(style: str) -> None:
    """Show the periods with their state, and when each is calculated, reviewed and paid."""
    with opened() as runtime, runtime.reading() as session:
        found = period_documents(session, runtime.period_calendar, now=runtime.now())
    show(found, style)


@period.command("check")
@click.argument("month", metavar="MONTH")
@format_option
def check(month: str, style: str) -> None:
    """Show what keeps MONTH from being closed (then it ends with 1), and what would better be settled first."""
    asked = Period.parse(month)
    with opened() as runtime, runtime.reading() as session:
        items = checklist(session, asked, today=company_today(session, runtime.now()))
    rows = [item.as_json(asked) for item in items]
    show(rows if style == "json" else [{name: row[name] for name in CHECKED} for row in rows if row["count"]], style)
    if is_blocked(items):
        raise SystemExit(1)


@period.command("show")
@click.argument("month", metavar="MONTH")
def show_(month: str) -> None:
    """Show the closing document of MONTH with its hash, what was signed and what is to be done, as JSON."""
    with opened() as runtime, runtime.reading() as session:
        show_one(period_document(session, Period.parse(month), runtime.period_calendar, now=runtime.now()))


@period.command("approve")
@click.argument("month", metavar="MONTH")
@click.argument("document_hash", metavar="HASH")
@click.option("--as", "login", required=True, help="Login of the account that approves; finance, and open.")
def approve_(month: str, document_hash: str, login: str) -> None:
    """Approve the closing of MONTH whose document has this HASH (`stimul period show`)."""
    with opened() as runtime, runtime.transaction() as session:
        limit = runtime.settings.second_approval_above_minor
        signer = signing_account(session, login, hand=getpass.getuser())
        row = approve(session, Period.parse(month), document_hash, signer, second_above_minor=limit, now=runtime.now())
    waiting = "" if row.state is PeriodState.APPROVED else ": a second person must approve it"
    click.echo(f"Period {row.period} is {row.state} (version {row.version}){waiting}.")


@period.command("withdraw")
@click.argument("month", metavar="MONTH")
@click.option("--reason", required=True, help="Why; it stays with the closing.")
def withdraw_(month: str, reason: str) -> None:
    """Take back the closing of MONTH, which nobody has approved yet; it can be closed again."""
    with opened() as runtime, runtime.transaction() as session:
        withdraw(session, Period.parse(month), reason, getpass.getuser(), now=runtime.now())
        row = shown_period(session, Period.parse(month), now=runtime.now())
    click.echo(f"Period {row.period} is {row.state} again; version {row.version} is withdrawn.")


@period.command("paid")
@click.argument("month", metavar="MONTH")
@click.option("--file", type=click.File("rb"), required=True, help="The list that payroll returned.")
@click.option("--as", "login", required=True, help="Login of the account that notes it; finance, and open.")
@format_option
def paid_(month: str, file: BinaryIO, login: str, style: str) -> None:
    """Note what payroll says it paid of the approved MONTH; every difference is named and stays open."""
    with opened() as runtime:
        settings = payout_settings(runtime.settings.rules_dir)
        returned = read_returned(file.read(), settings.payroll)
        with runtime.transaction() as session:
            signer = signing_account(session, login, hand=getpass.getuser())
            payment = pay(session, Period.parse(month), returned, signer, rules=settings.rules, now=runtime.now())
        with runtime.reading() as session:
            state = shown_period(session, payment.period, now=runtime.now()).state
    told = payment_told(payment)
    if style == "json":
        show_one({"period": month, "state": state.value, **told})
        return
    document: Any = told["document"]
    show([{name: item[name] for name in DIFFERENCE} for item in document["differences"]], style)
    click.echo(f"{len(document['payouts'])} rows are paid, {document['total']}; {document['open']} is open.")
    click.echo(f"Period {payment.period} is {state} (payment {payment.position}, {payment.document_hash}).")
