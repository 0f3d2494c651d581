"""Every adapter against any bytes: no exception, no event without an identity that is the same when it comes again."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.event import Event, canonical_json
from service.domain.source import SourceKind
from service.domain.vendor_object import Derived
from service.sources.adapter import IDENTITY, Account, Message, Scheme, read_message
from service.sources.derive import Derivation, derive_all
from service.sources.json_text import JsonTextError
from service.sources.registry import ADAPTERS
from tests.vendors import FIXTURES, RECEIVED, recorded, shipped_mapping

USUAL, LONG = 2_000, 100_000
"""Inputs of the usual run and of the long one, over all adapters together."""

TYPES = (
    "",
    "application/json",
    "multipart/form-data; boundary=real-boundary",
    "text/xml",
    "application/x-www-form-urlencoded",
)
PIECES = (
    b"[", b"]", b"[]", b"[0]", b"%5B", b"&", b"=", b"{}", b"null", b"-1", b"1e999", b"\xff", b"\x00", b"\xed\xa0\x80",
    b'"', b"\\ud800", b"<!DOCTYPE a>", b"<a>", b"</", b"]]>", b"--real-boundary\r\n", b"\r\n\r\n", b",",
    b"99999999999999999999", b"/Date(", b"0000-00-00",
)  # fmt: skip


@lru_cache
def seeds(kind: SourceKind) -> list[bytes]:
    """Messages to begin from: our fixtures and the recorded ones of a sender."""
    own = FIXTURES / kind.value
    return [
        path.read_bytes() for path in (*(sorted(own.glob("*")) if own.exists() else ()), *recorded(f"{kind.value}-*"))
    ] or [b"{}"]


@st.composite
def inputs(draw: st.DrawFn) -> tuple[SourceKind, Message]:
    """A message for one of the adapters: random bytes, or a real message with a few wounds."""
    kind = draw(st.sampled_from(sorted(ADAPTERS)))
    body = draw(st.one_of(st.binary(max_size=400), wounded(kind), wounded(kind), wounded(kind)))
    headers = {"content-type": draw(st.sampled_from(TYPES)), "signature": draw(st.text(max_size=20))}
    for name in ("stripe-signature", "x-twilio-signature", "authorization", "x-hubspot-signature-v3"):
        headers[name] = draw(st.text(max_size=20))
    return kind, Message(
        body,
        RECEIVED,
        headers,
        "https://pay.example/v1/hooks/crm?code=1&bodySHA256=" + draw(st.text("abc%&=", max_size=9)),
    )


def wounded(kind: SourceKind) -> st.SearchStrategy[bytes]:
    """A message of a sender with some of its bytes cut out, doubled or replaced."""
    return st.builds(_wound, st.sampled_from(seeds(kind)), st.integers(0, 2**32), st.integers(1, 6))


def _wound(body: bytes, seed: int, wounds: int) -> bytes:
    chance = random.Random(seed)  # noqa: S311 - chance that can be repeated is the point
    for _ in range(wounds):
        start = chance.randrange(len(body) + 1)
        end = min(len(body), start + chance.choice((0, 1, 4, 40)))
        piece = chance.choice((*PIECES, b"", body[start:end] * 2, bytes([chance.randrange(256)])))
        body = body[:start] + piece + body[end:]
    return body


def made(kind: SourceKind, sent: Message) -> Derivation:
    """What the hook makes of a message."""
    account = Account("crm", "Europe/Sofia", "key")
    reading = read_message(ADAPTERS[kind], sent, account)
    assert "The adapter failed" not in str(reading.changes)
    return derive_all(reading.changes, shipped_mapping(kind), account)


def check(kind: SourceKind, sent: Message) -> None:
    """Read a message, and the same an hour later."""
    ADAPTERS[kind].mask(sent.body).decode()
    for scheme in ADAPTERS[kind].schemes:
        try:
            assert not (
                scheme.proves(sent, "s3cr3t", RECEIVED)
                if isinstance(scheme, Scheme)
                else scheme.shown(sent) == "s3cr3t"
            )
        except JsonTextError:
            continue
    once, again = made(kind, sent), made(kind, replace(sent, received_at=RECEIVED + timedelta(hours=1)))
    for item in once.derived:
        assert IDENTITY.fullmatch(item.event.external_id)
        assert len(item.event.type) <= 64
        assert item.event.occurred_at.tzinfo is not None
        canonical_json(item.event.data).encode()
    assert [told(item) for item in once.derived] == [told(item) for item in again.derived]


def told(item: Derived) -> Event:
    """What must be the same when it comes again: everything but a time that the vendor does not tell."""
    return item.event if item.timed else replace(item.event, occurred_at=RECEIVED)


@given(inputs())
@settings(max_examples=USUAL, suppress_health_check=list(HealthCheck))
def test_no_bytes_break_an_adapter(given_input: tuple[SourceKind, Message]) -> None:
    check(*given_input)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@given(inputs())
@settings(max_examples=LONG, suppress_health_check=list(HealthCheck), deadline=None)
def test_a_hundred_thousand_inputs_break_no_adapter(given_input: tuple[SourceKind, Message]) -> None:
    check(*given_input)
