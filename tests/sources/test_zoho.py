"""Zoho: one change for each id, by the module it names, fetched where it tells nothing."""

from __future__ import annotations

import json

import pytest

from service.domain.change import Verb
from service.domain.event import JsonValue, QuarantineReason
from service.domain.source import SourceKind
from service.sources.adapter import Account, read_message
from service.sources.zoho import ADAPTER
from tests.vendors import derived, events, fixture, message, proves, reasons

KIND = SourceKind.ZOHO
THIN = fixture(KIND, "deals-update-thin.json")
VALUES = fixture(KIND, "deals-update-values.json")


def test_bare_ids_must_be_fetched_one_by_one() -> None:
    result = derived(KIND, THIN)
    assert reasons(result) == [QuarantineReason.NEEDS_ENRICHMENT] * 2
    assert [item.event.external_id for item in result.derived] == [
        "1000000068001:Deals:update:554023000000527002:1795431700123",
        "1000000068001:Deals:update:554023000000527003:1795431700123",
    ]


def test_told_values_are_an_event() -> None:
    won = events(derived(KIND, VALUES))[0]
    assert (won.type, won.subject, won.data["amount"]) == ("deal.won", "554023000000235011", "1500.50")


def test_the_module_says_what_it_is_and_not_the_address() -> None:
    (change, _) = read_message(ADAPTER, message(THIN), Account("crm", "UTC", "k")).changes
    assert change.kind == "Deals"


def test_the_same_notification_again_is_the_same_events() -> None:
    again = json.dumps(json.loads(VALUES) | {"token": "another", "query_params": {"x": "1"}}).encode()
    assert derived(KIND, again).derived == derived(KIND, VALUES).derived


def test_a_deletion_needs_no_fields() -> None:
    (change,) = read_message(ADAPTER, message(fixture(KIND, "deals-delete.json")), Account("crm", "UTC", "k")).changes
    assert (change.verb, change.thin) == (Verb.DELETED, False)


def test_a_notification_without_a_time_is_known_by_what_it_says() -> None:
    result = derived(KIND, json.dumps(json.loads(VALUES) | {"server_time": None}).encode())
    assert set(reasons(result)) == {QuarantineReason.WEAK_IDENTITY}


@pytest.mark.parametrize(
    "fields", [{"ids": []}, {"ids": "8"}, {"operation": "ponder"}, {"module": None}, {"ids": [[1]]}]
)
def test_what_is_no_notification_waits(fields: dict[str, JsonValue]) -> None:
    body = json.dumps(json.loads(THIN) | fields).encode()
    assert reasons(derived(KIND, body)) == [QuarantineReason.ADAPTER_ERROR]


def test_neither_the_token_nor_a_number_is_kept() -> None:
    for body in (THIN, VALUES, VALUES[:-5]):
        kept = ADAPTER.mask(body)
        assert b"the-token-of-zoho" not in kept
        assert b"888123456" not in kept
    assert "888123456" not in str(derived(KIND, VALUES))


def test_the_token_stands_in_the_body() -> None:
    assert proves(KIND, message(THIN), "the-token-of-zoho")
    assert not proves(KIND, message(THIN), "another")
