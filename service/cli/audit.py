"""`stimul audit`: who did what."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from service.cli.opened import format_option, opened, show
from service.domain.audit import ENTRIES_AT_MOST, ENTRIES_SHOWN, AuditQuery
from service.domain.event import canonical_json
from service.reports.audit import audit_document, audit_log

MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
"""A day or a second, as it is typed."""


@click.group()
def audit() -> None:
    """Who did what."""


@audit.command("list")
@click.option("--what", "kinds", multiple=True, help="Only entries of this kind, like plan.published.")
@click.option("--subject", default="", help="Only entries about this, like the name of a plan.")
@click.option("--since", type=MOMENT, help="Only entries of this moment or later, in UTC.")
@click.option("--until", type=MOMENT, help="Only entries before this moment, in UTC.")
@click.option(
    "--limit",
    type=click.IntRange(1, ENTRIES_AT_MOST),
    default=ENTRIES_SHOWN,
    show_default=True,
    help="At most so many.",
)
@format_option
def list_(
    kinds: tuple[str, ...], subject: str, since: datetime | None, until: datetime | None, limit: int, style: str
) -> None:
    """Show the latest entries of the audit log, the newest first."""
    asked = AuditQuery(kinds, subject, _in_utc(since), _in_utc(until), limit=limit)
    with opened() as runtime, runtime.reading() as session:
        found = [audit_document(entry) for entry in audit_log(session, asked)]
    if style == "text":
        found = [{**entry, "detail": canonical_json(entry["detail"])} for entry in found]
    show(found, style)


def _in_utc(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(tzinfo=UTC)
