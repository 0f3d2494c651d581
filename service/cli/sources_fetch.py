"""`stimul sources fetch`: where the fields of a source's objects are asked for."""

from __future__ import annotations

import getpass
from typing import TextIO

import click

from service.cli.opened import opened
from service.domain.fetch import MOST_PER_MINUTE, PER_MINUTE, FetchTerms
from service.flows.set_fetch import set_fetch

SECRET_CHARACTERS = 4_096
"""A token of any vendor is shorter."""


@click.command("fetch")
@click.argument("source")
@click.option("--address", required=True, help="Where everything is asked for; {secret} stands for the secret.")
@click.option("--secret-file", type=click.File(), required=True, help="File with the secret of the vendor's API.")
@click.option(
    "--per-minute", type=click.IntRange(1, MOST_PER_MINUTE), default=PER_MINUTE, help="Requests a minute at most."
)
@click.option("--private", is_flag=True, help="Allow an address inside your own network, and http.")
def fetch(source: str, address: str, secret_file: TextIO, per_minute: int, *, private: bool) -> None:
    """Fetch the fields of SOURCE's objects that messages name by id alone, from this address and no other."""
    with opened() as runtime:
        sealed = runtime.vault.seal(secret_file.read(SECRET_CHARACTERS).strip())
        terms = FetchTerms(source, address, sealed, per_minute, private)
        with runtime.transaction() as session:
            set_fetch(session, terms, getpass.getuser(), now=runtime.now())
    click.echo(f"The fields of {source} are fetched by the workers from now on.")
