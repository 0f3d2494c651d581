"""`stimul plan confirmations`: who has read the plan that pays them."""

from __future__ import annotations

import click

from service.cli.opened import format_option, opened, show
from service.reports.company import company_today
from service.reports.confirmations import confirmations_of


@click.command("confirmations")
@click.argument("plan_id", metavar="PLAN")
@format_option
def confirmations(plan_id: str, style: str) -> None:
    """Show who has confirmed PLAN, as it is in force and to come, and who has not."""
    with opened() as runtime, runtime.reading() as session:
        found = confirmations_of(session, plan_id, company_today(session, runtime.now()))
    rows = [
        {
            "from": item.version.starts_on,
            "version": item.label,
            "hash": item.version.plan_hash[:12] if style == "text" else item.version.plan_hash,
            "person_id": reader.person_id,
            "name": reader.name,
            "confirmed_at": reader.confirmation and reader.confirmation.confirmed_at.isoformat(),
            "language": reader.confirmation and reader.confirmation.language.value,
        }
        for item in found
        for reader in item.readers
    ]
    show(rows, style)
    if style == "text":
        for item in found:
            waiting = len(item.readers) - item.confirmed
            click.echo(f"From {item.version.starts_on}: {item.confirmed} have confirmed, {waiting} have not.", err=True)
