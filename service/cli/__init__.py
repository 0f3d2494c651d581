"""The operator edge: the command `stimul`."""

from __future__ import annotations

import click

from service.cli.audit import audit
from service.cli.calendar import calendar
from service.cli.demo import demo
from service.cli.init import init
from service.cli.keys import keys
from service.cli.ledger import ledger
from service.cli.people import people
from service.cli.period import period
from service.cli.plan import plan
from service.cli.rebuild import rebuild_all
from service.cli.refresh import refresh
from service.cli.serve import serve
from service.cli.sources import sources
from service.cli.targets import targets
from service.cli.worker import worker
from service.config import SettingsError
from service.domain.errors import StimulError

COMMANDS: tuple[click.Command, ...] = (
    demo,
    init,
    serve,
    worker,
    sources,
    keys,
    people,
    targets,
    calendar,
    plan,
    refresh,
    rebuild_all,
    period,
    ledger,
    audit,
)
"""Every command there is."""


class _Group(click.Group):
    """A group that tells a mistake in one sentence and ends with 1; a wrong use of the command line ends with 2."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except StimulError as error:
            lines = [error.detail, *(f"  {problem.pointer} {problem.detail}".rstrip() for problem in error.problems)]
            raise click.ClickException("\n".join(lines)) from error
        except SettingsError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group)
@click.version_option(package_name="stimul", prog_name="stimul")
def main() -> None:
    """Stimul: CRM events in, leaderboards, live earnings and payout statements out."""


for _command in COMMANDS:
    main.add_command(_command)
