"""`stimul verify`: a bundle checked without the database it came from."""

from __future__ import annotations

import os
from pathlib import Path

import click

from service.cli.period_replay import UNEQUAL, show_replayed
from service.cli.shown import format_option, show_one
from service.config import read_settings
from service.domain.signing import Keyring, is_public_key
from service.jobs.verifying import Signature, verify_bundle

WHAT_IT_MEANS = (
    "That is: from the events, people, targets and plans in the bundle the same lines, statements and postings come "
    "out. Whether these are all the events of the month, only the books that they came from can say."
)


def _public_keys(_ctx: click.Context, _option: click.Parameter, keys: tuple[str, ...]) -> tuple[str, ...]:
    for key in keys:
        if not is_public_key(key):
            raise click.BadParameter(f"{key[:50]} is not 32 bytes in URL-safe base64, as `stimul ledger key` shows it.")
    return keys


@click.command("verify")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key",
    "keys",
    multiple=True,
    callback=_public_keys,
    help="A public key that is trusted, beside those of the environment.",
)
@format_option
@click.pass_context
def verify(ctx: click.Context, path: Path, keys: tuple[str, ...], style: str) -> None:
    """Check the bundle FILE on any machine, without a database: work its month out again and name every difference."""
    settings = read_settings(os.environ)
    found = verify_bundle(path, settings, Keyring(settings.signing_key, (*settings.trusted_keys, *keys)))
    if style == "json":
        show_one(found.as_json())
    else:
        show_replayed(found.replayed)
        click.echo(_signed(found.signature))
        if found.is_right:
            click.echo(WHAT_IT_MEANS)
    ctx.exit(0 if found.is_right else UNEQUAL)


def _signed(signature: Signature) -> str:
    if not signature.key_id:
        return "The closing is not signed."
    if signature.trusted:
        return f"The closing is signed by key {signature.key_id}, which is trusted here."
    return (
        f"The closing is signed by key {signature.key_id}, for which nobody vouches here: ask the company for its "
        "public key (`stimul ledger key`), then give it with --key."
    )
