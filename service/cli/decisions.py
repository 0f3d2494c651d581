"""Decisions about events at the command line: the reason that is asked for, and who gave it when."""

from __future__ import annotations

import getpass

import click

from service.domain.waiting import Decision
from service.runtime import Runtime

why_option = click.option("--why", required=True, help="Why: its owner and whoever looks at it later read this.")


def decision(runtime: Runtime, why: str) -> Decision:
    """What the user of this machine decides now."""
    return Decision(getpass.getuser(), why, runtime.now())
