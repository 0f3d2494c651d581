"""`stimul plan publish`: put plan files in force."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from service.cli.opened import format_option, opened, show_one
from service.cli.plan_files import rules_option
from service.domain.calendar import years_around
from service.flows.fill_calendar import fill_calendar
from service.flows.publish_plan import Publication, publish_plan
from service.plans import load_rules
from service.reports.company import company_today
from service.reports.cost import costs_of


@click.command("publish")
@click.argument("plan_ids", metavar="PLAN...", nargs=-1, required=True)
@click.option("--without-notice", "reason", default="", help="Publish without notice to the people, for this reason.")
@rules_option
@format_option
def publish(plan_ids: tuple[str, ...], reason: str, directory: Path, style: str) -> None:
    """Store PLAN under its hash and put it in force from the day it names."""
    rules = load_rules(directory)
    with opened() as runtime:
        now = runtime.now()
        with runtime.transaction() as session:
            fill_calendar(session, years_around(now.date()))
            today = company_today(session, now)
            costs = costs_of(session, rules, plan_ids, today)
            publication = Publication(getpass.getuser(), reason, runtime.settings.plan_notice_days, costs.findings)
            published = [
                publish_plan(session, rules, plan_id, publication, today=today, now=now) for plan_id in plan_ids
            ]
    if any(item.vocabulary_from for item in published):
        click.echo("The metrics changed: the events are counted again.", err=True)
    for note in costs.notes:
        click.echo(note, err=True)
    for item in published:
        if style == "json":
            show_one({"plan": item.plan_id, "version": item.version, "hash": item.plan_hash, "from": item.starts_on})
        else:
            click.echo(f"Plan {item.plan_id} {item.version} is in force from {item.starts_on} ({item.plan_hash}).")
