"""`stimul plan schema`: what an editor needs to help with plan files."""

from __future__ import annotations

import click

from service.cli.shown import show_one
from service.plans.schema import plan_schema


@click.command("schema")
def schema() -> None:
    """Show the JSON Schema of a plan file, for editors."""
    show_one(plan_schema())
