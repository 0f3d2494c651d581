"""`stimul ledger`: look whether the books are right, and the key and chain that say so."""

from __future__ import annotations

import getpass
import os

import click

from service.cli.opened import format_option, opened, show_one
from service.config import read_settings
from service.domain.signing import Keyring, key_id_of, public_key_of
from service.flows.sign_books import sign_books
from service.reports.ledger import verify_ledger

WRONG = 1
"""Exit status where anything is wrong with the books."""


@click.group()
def ledger() -> None:
    """The ledger."""


@ledger.command("verify")
@click.option("--head", metavar="HASH", help="Hash that an earlier check gave: nothing may have been cut off since.")
@format_option
@click.pass_context
def verify(ctx: click.Context, head: str | None, style: str) -> None:
    """Check the books against their signatures and against each other, and name what is wrong."""
    with opened() as runtime, runtime.reading() as session:
        found = verify_ledger(session, head)
    if style == "json":
        show_one(
            {
                "entries": found.entries,
                "statements": found.statements,
                "closings": found.closings,
                "documents": found.documents,
                "head": found.head,
                "balanced": found.balanced,
                "findings": list(found.findings),
            }
        )
    else:
        for finding in found.findings:
            click.echo(finding)
        verdict = "the books are right" if found.balanced else f"{len(found.findings)} findings"
        click.echo(
            f"{found.entries} entries, {found.statements} statements, {found.closings} closings, "
            f"{found.documents} documents in the chain: {verdict}."
        )
        if found.head:
            click.echo(f"The chain ends with {found.head}.")
    ctx.exit(0 if found.balanced else WRONG)


@ledger.command("key")
def key() -> None:
    """Show the public key that belongs to STIMUL_SIGNING_KEY, and its id."""
    settings = read_settings(os.environ)
    public_key = public_key_of(Keyring(settings.signing_key).demand_key())
    click.echo(f"{public_key} ({key_id_of(public_key)})")


@ledger.command("sign")
def sign() -> None:
    """Begin the chain of the books with the documents that are older than it; once, after an upgrade."""
    with opened() as runtime, runtime.transaction() as session:
        links = sign_books(session, getpass.getuser(), now=runtime.now())
    for link in links:
        click.echo(f"{link.number}  {link.key}  {link.hash}")
    click.echo(f"{len(links)} documents are in the chain now.")
