"""`stimul sources add`, `map` and `list`: the configured senders of events."""

from __future__ import annotations

import getpass
from dataclasses import replace
from typing import TextIO
from zoneinfo import available_timezones

import click

from service.cli.objects_again import made_again
from service.cli.opened import format_option, opened, show, show_one
from service.domain.source import InvalidSourceError, SourceKind, Terms, UnknownSourceError, new_source
from service.domain.source_key import new_source_key
from service.flows.activate_source_key import activate_source_key
from service.flows.add_source import add_source
from service.flows.add_source_key import add_source_key
from service.flows.map_source import map_source
from service.plans.source_mapping import own_text, shipped_text
from service.reports.sources import all_sources, find_source, mapping_in_force
from service.sources.adapter import Scheme
from service.sources.registry import ADAPTERS
from service.sources.signature import BASIC, PATH_SECRET

TOKEN_CHARACTERS = 4096
"""A token file longer than this is not a token file."""


KINDS = [SourceKind.NATIVE, *ADAPTERS]
"""The kinds whose messages can be read."""


@click.command("add")
@click.argument("name")
@click.option("--kind", type=click.Choice([kind.value for kind in KINDS]), required=True, help="What it sends.")
@click.option(
    "--token-file",
    type=click.File(),
    help="File with the secret that proves its messages; - asks for it. Arguments can be seen by others.",
)
@click.option("--scheme", default="", help="How its messages are proved, where the kind knows several ways.")
@click.option("--timezone", default="", help="The zone of its times without an offset, such as Europe/Sofia.")
@click.option("--account", default="", help="The vendor's word for the account, which stands in links to its records.")
@click.option("--record-url", default="", help="Where its records are to be seen: https://... with {kind} and {id}.")
@format_option
def add(  # noqa: PLR0913, PLR0917 - one argument for each option
    name: str,
    kind: str,
    token_file: TextIO | None,
    scheme: str,
    timezone: str,
    account: str,
    record_url: str,
    style: str,
) -> None:
    """Add the sender NAME; its events are keyed by that name for ever."""
    told, secret = SourceKind(kind), _token(token_file)
    terms = _terms(told, scheme, Terms(timezone=timezone, account=account, record_url=record_url))
    _demand_proof(terms, secret)
    with opened() as runtime:
        now = runtime.now()
        source = new_source(name, told, secret, now=now, terms=terms)
        key = new_source_key(name, runtime.vault.seal(secret), now=now) if terms.signs else None
        with runtime.transaction() as session:
            add_source(session, source)
            if key is not None:
                add_source_key(session, key, getpass.getuser())
                activate_source_key(session, name, key.key_id, getpass.getuser(), now=now)
            if told in ADAPTERS:
                shipped = shipped_text(runtime.settings.rules_dir, kind)
                own = own_text(runtime.settings.rules_dir, name, kind)
                map_source(session, name, own, shipped, getpass.getuser(), now=now)
        address = f"{runtime.settings.public_url}/v1/" + (f"hooks/{name}" if source.kind.has_token else "events")
    if source.scheme == PATH_SECRET.name:
        address += "/SECRET"
    if style == "json":
        show_one({"source": name, "kind": kind, "send_to": address})
        return
    click.echo(f"Source {name} was added. It sends its messages to {address}")
    if not source.kind.has_token:
        click.echo(f"Make its key with: stimul keys create --name NAME --scope events:write --source {name}")


@click.command("map")
@click.argument("source")
@click.argument("file", type=click.File(), required=False)
@click.option("--show", "shown", is_flag=True, help="Print the mapping that holds, and change nothing.")
def map_(source: str, file: TextIO | None, *, shown: bool) -> None:
    """Let the mapping of FILE (else of rules/sources/SOURCE.yaml, else the shipped one) hold for SOURCE from now on."""
    with opened() as runtime:
        if shown:
            with runtime.reading() as session:
                kept = mapping_in_force(session, source)
            click.echo((kept.own or kept.shipped) if kept else "")
            return
        with runtime.reading() as session:
            found = find_source(session, source)
        if found is None or found.kind not in ADAPTERS:
            raise UnknownSourceError(source)
        own = file.read() if file else own_text(runtime.settings.rules_dir, source, found.kind.value)
        shipped = shipped_text(runtime.settings.rules_dir, found.kind.value)
        with runtime.transaction() as session:
            changed = map_source(session, source, own, shipped, getpass.getuser(), now=runtime.now())
        events = made_again(runtime, found)
    click.echo(f"Source {source} is mapped anew." if changed else f"Source {source} was mapped like this already.")
    click.echo(f"{events} events of objects told of before were made, replaced or taken back.")


@click.command("list")
@format_option
def list_(style: str) -> None:
    """Show every sender."""
    with opened() as runtime, runtime.reading() as session:
        found = all_sources(session)
    show(
        [
            {
                "source": item.source_id,
                "kind": item.kind.value,
                "scheme": item.scheme,
                "added": item.created_at,
                "retired": item.retired_at,
            }
            for item in found
        ],
        style,
    )


def _token(token_file: TextIO | None) -> str:
    if token_file is None:
        return ""
    if token_file.isatty():
        return str(click.prompt("Application token", hide_input=True)).strip()
    return token_file.read(TOKEN_CHARACTERS).strip()


def _demand_proof(terms: Terms, secret: str) -> None:
    """Refuse a secret that no message could show."""
    if terms.scheme == BASIC.name and ":" not in secret:
        raise InvalidSourceError(f"The secret is the {BASIC.secret_is}.")


def _terms(kind: SourceKind, scheme: str, told: Terms) -> Terms:
    """How a source is set up, where its kind knows the scheme, the zone exists and the link is one."""
    if told.timezone and told.timezone not in available_timezones():
        raise InvalidSourceError(f'There is no time zone "{told.timezone[:40]}"; write one such as Europe/Sofia.')
    if told.record_url and not (told.record_url.startswith("https://") and "{id}" in told.record_url):
        raise InvalidSourceError("A link to records begins with https:// and has {id} where the id of one stands.")
    if kind not in ADAPTERS:
        return told
    adapter = ADAPTERS[kind]
    names = [known.name for known in adapter.schemes]
    if scheme and scheme not in names:
        raise InvalidSourceError(f"Messages of {kind} are proved by {' or '.join(names)}, not by {scheme[:40]}.")
    found = adapter.scheme(scheme)
    return replace(told, scheme=found.name, signs=isinstance(found, Scheme))
