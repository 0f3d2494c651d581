"""`stimul sources keys`: the secrets with which sources sign."""

from __future__ import annotations

import getpass
from typing import TextIO

import click

from service.cli.opened import format_option, opened, show, show_one
from service.domain.source import InvalidSourceError, Source, UnknownSourceError
from service.domain.source_key import InvalidSecretError, new_source_key
from service.flows.activate_source_key import activate_source_key
from service.flows.add_source_key import add_source_key
from service.flows.retire_source_key import retire_source_key
from service.reports.source_keys import source_key_document, source_keys
from service.reports.sources import find_source
from service.sources.standard_webhooks import new_secret, secret_bytes

SECRET_CHARACTERS = 4_096
"""A secret of ours has a hundred; the token of a vendor may be longer."""


@click.group("keys")
def keys() -> None:
    """The secrets with which sources sign."""


@keys.command("add")
@click.argument("source")
@click.option(
    "--secret-file", type=click.File(), help="File with the secret of the sender; a whsec_ secret is made without one."
)
@format_option
def add(source: str, secret_file: TextIO | None, style: str) -> None:
    """Make a key of SOURCE that waits to be activated, and show its secret, this once."""
    told = secret_file.read(SECRET_CHARACTERS).strip() if secret_file else ""
    with opened() as runtime:
        with runtime.reading() as session:
            found = find_source(session, source)
        if found is None:
            raise UnknownSourceError(source)
        secret = _secret(found, told)
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


def _secret(source: Source, told: str) -> str:
    """The secret as told; of a sender of our own events one of Standard Webhooks, made anew where none is told."""
    if source.kind.has_token:
        if not told:
            raise InvalidSourceError(f"The secret of {source.kind} is the vendor's: give it with --secret-file FILE.")
        return told
    secret = told or new_secret()
    if secret_bytes(secret) is None:
        raise InvalidSecretError
    return secret
