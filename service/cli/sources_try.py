"""`stimul sources try`: what a vendor's message becomes under a mapping, with no database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from service.cli.plan_files import rules_option
from service.cli.shown import format_option, show_one
from service.domain.event import canonical_json
from service.domain.source import SourceKind
from service.plans.source_mapping import mapping_of, shipped_text
from service.sources.adapter import Account, read_message
from service.sources.derive import Derivation, derive_all
from service.sources.recorded import recorded_message
from service.sources.registry import ADAPTERS

NUMBER_KEY = "stimul sources try"
"""Numbers are hashed with a key of the source; here there is none, so any will do."""


@click.command("try")
@click.argument("sender", type=click.Choice([kind.value for kind in ADAPTERS]))
@click.option(
    "--body",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="File with the message, or with the whole recorded request.",
)
@click.option(
    "--headers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the headers: a JSON object, or lines of `Name: value`.",
)
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A mapping of your own, over the shipped one.",
)
@click.option("--timezone", default="", help="The zone of times without an offset, such as Europe/Sofia.")
@rules_option
@format_option
def try_(  # noqa: PLR0913, PLR0917 - one argument for each option
    sender: str, body: Path, headers: Path | None, mapping: Path | None, timezone: str, directory: Path, style: str
) -> None:
    """Show what a recorded message of SENDER becomes; nothing is stored and no signature is checked."""
    adapter = ADAPTERS[SourceKind(sender)]
    # A message that tells no time is taken to have come when it was recorded.
    recorded_at = datetime.fromtimestamp(body.stat().st_mtime, UTC)
    message = recorded_message(body.read_bytes(), headers.read_bytes() if headers else b"", recorded_at)
    shipped = shipped_text(directory, sender)
    own = mapping.read_text("utf-8") if mapping else ""
    rules = mapping_of(own, shipped, str(mapping)) if own else mapping_of(shipped, file=f"sources/{sender}.yaml")
    account = Account(sender, timezone or rules.timezone, NUMBER_KEY)
    reading = read_message(adapter, message, account)
    derivation = derive_all(reading.changes, rules, account)
    shown = _shown(derivation, reading.ignored)
    if style == "json":
        show_one(shown)
        return
    for name, items in shown.items():
        for item in items:
            click.echo(f"{name}: {json.dumps(item, ensure_ascii=False)}")


def _shown(derivation: Derivation, ignored: tuple[str, ...]) -> dict[str, list[dict[str, object]]]:
    return {
        "events": [
            {
                "external_id": item.event.external_id,
                "type": item.event.type,
                "subject": item.event.subject,
                "occurred_at": item.event.occurred_at.isoformat(),
                "data": json.loads(canonical_json(item.event.data)),
            }
            for item in derivation.derived
            if item.quarantine is None
        ],
        "quarantined": [
            {"reason": item.quarantine.reason.value, "detail": item.quarantine.detail}
            for item in derivation.derived
            if item.quarantine is not None
        ],
        "ignored": [{"reason": text} for text in (*ignored, *derivation.ignored)],
    }
