"""The operator edge: the command `stimul`."""

from __future__ import annotations

from collections.abc import Mapping

import click

from service.cli.lazy import LazyGroup
from service.config import SettingsError
from service.domain.errors import StimulError

COMMANDS: Mapping[str, str] = {
    "demo": "service.cli.demo:demo",
    "init": "service.cli.init:init",
    "serve": "service.cli.serve:serve",
    "worker": "service.cli.worker:worker",
    "sources": "service.cli.sources:sources",
    "keys": "service.cli.keys:keys",
    "events": "service.cli.events:events",
    "people": "service.cli.people:people",
    "targets": "service.cli.targets:targets",
    "rates": "service.cli.rates:rates",
    "calendar": "service.cli.calendar:calendar",
    "plan": "service.cli.plan:plan",
    "refresh": "service.cli.refresh:refresh",
    "rebuild": "service.cli.rebuild:rebuild_all",
    "period": "service.cli.period:period",
    "reductions": "service.cli.reductions:reductions",
    "payouts": "service.cli.payouts:payouts",
    "statements": "service.cli.statements:statements",
    "questions": "service.cli.questions:questions",
    "ledger": "service.cli.ledger:ledger",
    "verify": "service.cli.verify:verify",
    "audit": "service.cli.audit:audit",
    "flags": "service.cli.flags:flags",
    "holds": "service.cli.holds:holds",
    "shares": "service.cli.shares:shares",
    "users": "service.cli.users:users",
    "privacy": "service.cli.privacy:privacy",
    "devices": "service.cli.devices:devices",
}
"""Every command there is, and where it is found when it is typed."""


class _Main(LazyGroup):
    """A group that tells a mistake in one sentence and ends with 1; a wrong use of the command line ends with 2."""

    places = COMMANDS

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except StimulError as error:
            untold = [problem for problem in error.problems if problem.detail not in error.detail]
            lines = [error.detail, *(f"  {problem.pointer} {problem.detail}".rstrip() for problem in untold)]
            raise click.ClickException("\n".join(lines)) from error
        except SettingsError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Main)
@click.version_option(package_name="stimul", prog_name="stimul")
def main() -> None:
    """Stimul: CRM events in, leaderboards, live earnings and payout statements out."""
