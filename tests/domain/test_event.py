"""An event and the one text that is kept of it."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from service.domain.event import (
    CreditClaim,
    Event,
    JsonValue,
    Operation,
    Part,
    as_kept,
    content_hash,
    event_document,
    event_from_document,
    receipt_id,
)

MORNING = datetime(2026, 10, 14, 7, 0, 0, 123456, tzinfo=UTC)

plain = st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False)
values = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
claims = st.builds(CreditClaim, st.text(), st.sampled_from(Part), st.none() | st.integers(1, 100).map(Decimal))
events = st.builds(
    Event,
    source_id=st.just("crm"),
    external_id=st.just("a1"),
    type=st.text(),
    occurred_at=st.datetimes(timezones=st.just(UTC)),
    subject=st.none() | st.text(),
    data=st.dictionaries(st.text(), values, max_size=4),
    credit=st.lists(claims, max_size=2).map(tuple),
    version=st.none() | st.integers(),
    op=st.none() | st.sampled_from(Operation),
    target=st.none() | st.text(),
)


@given(events)
def test_what_is_counted_now_is_what_a_rebuild_reads(event: Event) -> None:
    kept, document = as_kept(event)
    assert kept == event_from_document("crm", "a1", document)
    assert event_document(kept) == document
    assert content_hash(kept) == content_hash(event)


def test_the_spelling_of_a_number_and_the_order_of_keys_make_no_difference() -> None:
    first: dict[str, JsonValue] = {"a": Decimal("1.50"), "b": Decimal("2.0"), "c": {"x": 1, "y": 2}}
    again: dict[str, JsonValue] = {"c": {"y": 2, "x": 1}, "b": 2, "a": Decimal("1.5")}
    hashes = {content_hash(Event("crm", "a1", "deal.won", MORNING, "ann", data)) for data in (first, again)}
    assert len(hashes) == 1


def test_a_text_that_differs_is_other_content() -> None:
    hashes = {
        content_hash(Event("crm", "a1", "deal.won", MORNING, "ann", {"amount": text})) for text in ("1.0", "1.00")
    }
    assert len(hashes) == 2


def test_a_receipt_is_the_same_for_ever() -> None:
    assert receipt_id("crm", "a1") == "evt_hsdc53ae4xkkouqunvf6c2jvw7"
    assert receipt_id("crm", "a1") != receipt_id("crma", "1")


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_receipt_is_base32_of_the_hash(source: str, name: str) -> None:
    digest = hashlib.sha256(f"{source}\0{name}".encode("utf-8", "ignore")).digest()
    expected = "evt_" + base64.b32encode(digest[:20]).decode().lower()[:26]
    assert receipt_id(source.encode("utf-8", "ignore").decode(), name.encode("utf-8", "ignore").decode()) == expected
