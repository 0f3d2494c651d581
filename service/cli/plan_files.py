"""Where commands find the plan files."""

from __future__ import annotations

from pathlib import Path

import click

from service.config import ROOT

rules_option = click.option(
    "--rules",
    "directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=ROOT / "rules",
    help="The folder with the plan files.",
)
