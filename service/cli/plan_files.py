"""Where commands find the plan files, and how much they read of a file of inputs."""

from __future__ import annotations

from pathlib import Path

import click

from service.config import ROOT

FINDINGS = 1
"""Exit status where a plan has findings or an example fails."""

GIVEN_CHARACTERS = 262_144
"""A file of inputs has at most the size of a plan file, 256 KB."""

rules_option = click.option(
    "--rules",
    "directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=ROOT / "rules",
    help="The folder with the plan files.",
)

given_option = click.option(
    "--given", "given_file", type=click.File(encoding="utf-8"), required=True, help="The inputs, YAML or JSON."
)
