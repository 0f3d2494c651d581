"""`stimul plan doc`: the plan as the people read it whom it pays."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.plan_files import rules_option
from service.cli.shown import format_option, show_one
from service.plans import get_plan, load_rules
from service.plans.paper import as_html, paper
from service.plans.paper.wording import LANGUAGES


@click.command("doc")
@click.argument("plan_id", metavar="PLAN")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="The language.")
@rules_option
@format_option
def doc(plan_id: str, lang: str, directory: Path, style: str) -> None:
    """Write PLAN as a page that prints: sentences, a chart of pay against the result, and its examples worked out."""
    found = get_plan(load_rules(directory), plan_id)
    html = as_html(paper(found, lang))
    if style == "json":
        show_one({"plan": plan_id, "hash": found.content_hash, "language": lang, "html": html})
    else:
        click.echo(html, nl=False)
