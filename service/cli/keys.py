"""`stimul keys`: the API keys."""

from __future__ import annotations

import getpass

import click

from service.cli.opened import format_option, opened, show, show_one
from service.config import new_secrets_key
from service.domain.key import Scope, new_key
from service.domain.signing import key_id_of, new_signing_key, public_key_of
from service.flows.create_key import create_key
from service.flows.reseal_secrets import reseal_secrets
from service.flows.retire_key import retire_key
from service.reports.keys import all_keys


@click.group()
def keys() -> None:
    """The API keys."""


@keys.command()
@click.option("--name", required=True, help="After the system that will use it.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([s.value for s in Scope]),
    help="What it allows.",
)
@click.option("--source", help="The source whose events it sends.")
@click.option("--person", help="Whose hand it is: needed to approve closed months.")
@format_option
def create(name: str, scopes: tuple[str, ...], source: str | None, person: str | None, style: str) -> None:
    """Make a key and show it, this once."""
    with opened() as runtime:
        key, text = new_key(name, [Scope(scope) for scope in scopes], source, now=runtime.now(), person_id=person)
        with runtime.transaction() as session:
            create_key(session, key, getpass.getuser())
    if style == "json":
        show_one({"key_id": key.key_id, "key": text, "scopes": sorted(key.scopes), "source": source, "person": person})
        return
    click.echo(text)
    click.echo(f"This is key {key.key_id}. It is shown once: keep it where the sender reads its secrets.", err=True)


@keys.command("list")
@format_option
def list_(style: str) -> None:
    """Show every key, without its secret."""
    with opened() as runtime, runtime.reading() as session:
        found = all_keys(session)
    show(
        [
            {
                "key_id": key.key_id,
                "name": key.name,
                "source": key.source_id,
                "person": key.person_id,
                "scopes": sorted(key.scopes),
                "created": key.created_at,
                "last_used": key.last_used_at,
                "retired": key.retired_at,
            }
            for key in found
        ],
        style,
    )


@keys.command()
@click.argument("key_id")
def retire(key_id: str) -> None:
    """Take a key out of use, for ever."""
    with opened() as runtime, runtime.transaction() as session:
        retire_key(session, key_id, getpass.getuser(), now=runtime.now())
    click.echo(f"Key {key_id} no longer opens anything.")


@keys.command("secrets")
def secrets() -> None:
    """Make a key for STIMUL_SECRETS_KEY, which encrypts the secrets of senders and bank accounts."""
    click.echo(new_secrets_key())


@keys.command("signing")
def signing() -> None:
    """Make a key for STIMUL_SIGNING_KEY, which signs the documents of the books; its public key is told beside it."""
    key = new_signing_key()
    click.echo(key)
    public_key = public_key_of(key)
    click.echo(f"Its public key is {public_key} ({key_id_of(public_key)}).", err=True)


@keys.command("reseal")
def reseal() -> None:
    """Encrypt every secret of the senders and every bank account again with the first key of STIMUL_SECRETS_KEY."""
    with opened() as runtime, runtime.transaction() as session:
        count = reseal_secrets(session, runtime.vault, getpass.getuser(), now=runtime.now())
    click.echo(f"{count} secrets are encrypted with the first key; the others can be taken out of STIMUL_SECRETS_KEY.")
