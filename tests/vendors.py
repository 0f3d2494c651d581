"""Messages of vendors: what they become under the shipped mapping, and the recorded ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from service.config import ROOT
from service.domain.event import Event, QuarantineReason
from service.domain.mapping import SourceMapping
from service.domain.source import SourceKind
from service.plans.source_mapping import mapping_of, shipped_text
from service.sources.adapter import Account, Message, Scheme, Token, read_message
from service.sources.derive import Derivation, derive_all
from service.sources.recorded import recorded_message
from service.sources.registry import ADAPTERS

RECEIVED = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIXTURES = ROOT / "tests" / "sources" / "fixtures"
SAMPLES = ROOT.parent / "shared" / "samples" / "crm"


def derived(
    kind: SourceKind, body: bytes | Mapping[str, str] | list[object], own: str = "", *, timezone: str = ""
) -> Derivation:
    """What a message becomes; a mapping of texts is sent as a form and a list as JSON."""
    match body:
        case bytes():
            sent = body
        case list():
            sent = json.dumps(body).encode()
        case _:
            sent = urlencode(body).encode()
    shipped = shipped_text(ROOT / "rules", kind.value)
    mapping = mapping_of(own or shipped, shipped if own else "")
    account = Account("crm", timezone or mapping.timezone, "a key of numbers")
    reading = read_message(ADAPTERS[kind], recorded_message(sent, b"", RECEIVED), account)
    result = derive_all(reading.changes, mapping, account)
    return Derivation(result.derived, (*reading.ignored, *result.ignored))


def events(derivation: Derivation) -> list[Event]:
    """The events that need not wait."""
    return [item.event for item in derivation.derived if item.quarantine is None]


def the_event(derivation: Derivation) -> Event:
    """The only event, waiting or not."""
    (item,) = derivation.derived
    return item.event


def reasons(derivation: Derivation) -> list[QuarantineReason]:
    """Why the others wait."""
    return [item.quarantine.reason for item in derivation.derived if item.quarantine is not None]


def recorded(pattern: str) -> list[Path]:
    """The recorded messages of a name; none where they are not at hand."""
    return sorted(SAMPLES.glob(pattern))


def fixture(kind: SourceKind, name: str) -> bytes:
    """A message of ours, written after the vendor's documentation."""
    return (FIXTURES / kind.value / name).read_bytes()


def message(
    body: bytes, headers: Mapping[str, str] | None = None, url: str = "https://pay.example/v1/hooks/crm"
) -> Message:
    """A request that brings a body."""
    return Message(body, RECEIVED, {name.lower(): value for name, value in (headers or {}).items()}, url)


def proves(kind: SourceKind, sent: Message, secret: str, scheme: str = "", now: datetime = RECEIVED) -> bool:
    """Whether a request proves itself with a secret."""
    match ADAPTERS[kind].scheme(scheme):
        case Token() as token:
            return token.shown(sent) == secret
        case Scheme() as signature:
            return signature.proves(sent, secret, now)


def told_together(kind: SourceKind, *bodies: bytes) -> list[Event]:
    """The events that several messages come to together, as the objects they tell of see them."""
    account = Account("crm", shipped_mapping(kind).timezone or "UTC", "a key of numbers")
    changes = [change for body in bodies for change in read_message(ADAPTERS[kind], message(body), account).changes]
    return events(derive_all(changes, shipped_mapping(kind), account))


def shipped_mapping(kind: SourceKind) -> SourceMapping:
    """The mapping that is shipped for a kind of source."""
    return mapping_of(shipped_text(ROOT / "rules", kind.value))
