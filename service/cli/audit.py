"""`stimul audit`: who did what."""

from __future__ import annotations

import click

from service.cli.opened import format_option, opened, show
from service.domain.event import canonical_json
from service.reports.audit import audit_document, audit_log

SHOWN = 50
"""Entries shown unless asked for more: a screen or two."""

SHOWN_AT_MOST = 10_000
"""Entries of one list; whoever wants all of them reads the table."""


@click.group()
def audit() -> None:
    """Who did what."""


@audit.command("list")
@click.option("--what", "kinds", multiple=True, help="Only entries of this kind, like plan.published.")
@click.option(
    "--limit", type=click.IntRange(1, SHOWN_AT_MOST), default=SHOWN, show_default=True, help="At most so many."
)
@format_option
def list_(kinds: tuple[str, ...], limit: int, style: str) -> None:
    """Show the latest entries of the audit log, the newest first."""
    with opened() as runtime, runtime.reading() as session:
        found = [audit_document(entry) for entry in audit_log(session, kinds, limit)]
    if style == "text":
        found = [{**entry, "detail": canonical_json(entry["detail"])} for entry in found]
    show(found, style)
