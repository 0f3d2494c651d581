"""`stimul plan hints` and `stimul plan diff`: what one more step would pay, and what changes between two plans."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import click

from service.cli.opened import format_option, opened, show, show_one
from service.cli.plan_files import GIVEN_CHARACTERS, given_option, rules_option
from service.domain.money import format_minor
from service.plans import Plan, get_plan, given_to_inputs, load_rules, read_given
from service.plans.diff import differences
from service.plans.hints import hints
from service.reports.company import company_today
from service.reports.plans import plan_in_force_on

PUBLISHED = "published:"
"""Before the id of a plan: the version in force today instead of a file."""


@click.command("hints")
@click.argument("plan_id", metavar="PLAN")
@given_option
@rules_option
@format_option
def hints_(plan_id: str, given_file: TextIO, directory: Path, style: str) -> None:
    """Show what the next call, meeting or euro would pay under PLAN, the best first."""
    found = get_plan(load_rules(directory), plan_id)
    given = given_to_inputs(found, read_given(given_file.read(GIVEN_CHARACTERS), given_file.name))
    told = hints(found, given)
    if style == "text":
        click.echo("\n".join(str(item) for item in told) or "Nothing more would pay.")
        return
    rows = [
        {
            "input": item.name,
            "title": item.title,
            "step": str(item.step),
            "to": str(item.to),
            "gain": format_minor(item.gain_minor),
            "text": str(item),
        }
        for item in told
    ]
    show(rows, style)


@click.command("diff")
@click.argument("old")
@click.argument("new")
@rules_option
@format_option
def diff(old: str, new: str, directory: Path, style: str) -> None:
    """Say what changes from OLD to NEW: each a plan id, a plan file, or published:ID for what is in force today."""
    before, after = _plan(old, directory), _plan(new, directory)
    sentences = differences(before, after)
    if style == "json":
        show_one({"old_hash": before.content_hash, "new_hash": after.content_hash, "differences": sentences})
    else:
        click.echo("\n".join(sentences) or "Nothing changes.")


def _plan(named: str, directory: Path) -> Plan:
    if named.startswith(PUBLISHED):
        with opened() as runtime, runtime.reading() as session:
            return plan_in_force_on(session, named.removeprefix(PUBLISHED), company_today(session, runtime.now()))
    path = Path(named)
    if path.suffix == ".yaml":
        return get_plan(load_rules(path.parent), path.stem)
    return get_plan(load_rules(directory), named)
