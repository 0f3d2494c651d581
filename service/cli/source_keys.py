"""`stimul sources keys`: the secrets with which sources sign."""

from __future__ import annotations

import getpass
from typing import TextIO

import click

from service.cli.opened import format_option, opened, show, show_one
from service.domain.source_key import InvalidSecretError, new_source_key
from service.flows.activate_source_key import activate_source_key
from service.flows.add_source_key import add_source_key
from service.flows.retire_source_key import retire_source_key
from service.reports.source_keys import source_key_document, source_keys
from service.sources.standard_webhooks import new_secret, secret_bytes

SECRET_CHARACTERS = 200
"""A secret of 64 bytes is half as long."""


@click.group("keys")
def keys() -> None:
    """The secrets with which sources sign."""


@keys.command("add")
@click.argument("source")
@click.option("--secret-file", type=click.File(), help="File with a whsec_ secret of the sender; one is made without.")
@format_option
def add(source: str, secret_file: TextIO | None, style: str) -> None:
    """Make a key of SOURCE that waits to be activated, and show its secret, this once."""
    secret = secret_file.read(SECRET_CHARACTERS).strip() if secret_file else new_secret()
    if secret_bytes(secret) is None:
        raise InvalidSecretError
    with opened() as runtime:
        key = new_source_key(source, runtime.vault.seal(secret), now=runtime.now())
        with runtime.transaction() as session:
            add_source_key(session, key, getpass.getuser())
    if style == "json":
        show_one(source_key_document(key) | {"secret": secret})
        return
    click.echo(secret)
    click.echo(
        f"This is key {key.key_id}. Give it to the sender, then: stimul sources keys activate {source} {key.key_id}",
        err=True,
    )


@keys.command("list")
@click.argument("source")
@format_option
def list_(source: str, style: str) -> None:
    """Show every key of SOURCE, without its secret."""
    with opened() as runtime, runtime.reading() as session:
        found = [source_key_document(key) for key in source_keys(session, source)]
    show(found, style)


@keys.command("activate")
@click.argument("source")
@click.argument("key_id")
def activate(source: str, key_id: str) -> None:
    """Take what this key of SOURCE signs from now on, beside those that are active."""
    with opened() as runtime, runtime.transaction() as session:
        activate_source_key(session, source, key_id, getpass.getuser(), now=runtime.now())
    click.echo(f"What key {key_id} signs is taken from now on.")


@keys.command("retire")
@click.argument("source")
@click.argument("key_id")
def retire(source: str, key_id: str) -> None:
    """Refuse what this key of SOURCE signs, for ever."""
    with opened() as runtime, runtime.transaction() as session:
        retire_source_key(session, source, key_id, getpass.getuser(), now=runtime.now())
    click.echo(f"What key {key_id} signs is refused from now on.")
