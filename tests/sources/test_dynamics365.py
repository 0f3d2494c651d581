"""Dynamics 365: keys and values in lists, offsets that move nothing, and steps without an operation."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from service.domain.event import JsonValue, QuarantineReason
from service.domain.source import SourceKind
from service.sources.adapter import Account, read_message
from service.sources.dynamics365 import ADAPTER
from tests.vendors import derived, fixture, message, proves, reasons, the_event, told_together

KIND = SourceKind.DYNAMICS365
UPDATE = fixture(KIND, "opportunity-update-won.json")
CREATE = fixture(KIND, "lead-create.json")
ACCOUNT = Account("crm", "UTC", "key")


def changed(body: bytes, **fields: JsonValue) -> bytes:
    return json.dumps(json.loads(body) | fields).encode()


@pytest.mark.parametrize("name", ["opportunity-update-won.json", "opportunity-win.json"])
def test_an_opportunity_is_won_by_its_state_or_by_the_message(name: str) -> None:
    event = the_event(derived(KIND, fixture(KIND, name)))
    assert (event.type, event.data["amount"]) == ("deal.won", "1500.50")
    assert event.subject == "33333333-0000-0000-0000-000000000002"
    assert event.occurred_at == datetime(2026, 11, 23, 11, 1, 40, tzinfo=UTC)


def test_the_operation_is_the_identity() -> None:
    event = the_event(derived(KIND, UPDATE))
    assert event.external_id == "66666666-0000-0000-0000-000000000001:55555555-0000-0000-0000-000000000001:1"
    again = changed(UPDATE, OperationCreatedOn="/Date(1795431700000+0200)/", ParentContext=None)
    assert derived(KIND, again).derived == derived(KIND, UPDATE).derived


def test_two_steps_without_an_operation_are_two_events() -> None:
    one = the_event(derived(KIND, CREATE))
    other = the_event(derived(KIND, changed(CREATE, PrimaryEntityId="88888888-0000-0000-0000-000000000002")))
    assert one.type == other.type == "lead.created"
    assert one.external_id != other.external_id


def test_a_step_with_nothing_stable_is_known_by_what_it_says() -> None:
    assert reasons(derived(KIND, changed(CREATE, CorrelationId=None))) == [QuarantineReason.WEAK_IDENTITY]


def test_an_image_shows_the_record_and_only_the_target_changed() -> None:
    body = json.loads(UPDATE)
    body["InputParameters"][0]["value"]["Attributes"] = [{"key": "name", "value": "Chairs"}]
    assert derived(KIND, json.dumps(body).encode()).derived == ()


def test_a_state_that_is_told_again_is_no_second_win() -> None:
    again = changed(
        UPDATE, OperationId="55555555-0000-0000-0000-000000000009", OperationCreatedOn="/Date(1795431800000)/"
    )
    assert [event.type for event in told_together(KIND, UPDATE, again)] == ["deal.won"]


def test_a_message_that_was_too_large_must_be_fetched() -> None:
    assert reasons(derived(KIND, fixture(KIND, "size-exceeded.json"))) == [QuarantineReason.NEEDS_ENRICHMENT]


def test_the_ping_of_a_new_address_is_a_test() -> None:
    sent = message(b"anything", {"x-ms-dynamics-request-name": "URL_VALIDATION"})
    (change,) = read_message(ADAPTER, sent, ACCOUNT).changes
    assert change.refusal is not None
    assert change.refusal.reason is QuarantineReason.TEST_EVENT


@pytest.mark.parametrize(
    "fields",
    [{"PrimaryEntityName": None}, {"MessageName": []}, {"PrimaryEntityName": {}}],
)
def test_what_is_no_execution_context_waits(fields: dict[str, JsonValue]) -> None:
    assert reasons(derived(KIND, changed(UPDATE, **fields))) == [QuarantineReason.ADAPTER_ERROR]


@pytest.mark.parametrize(
    "fields",
    [
        {"InputParameters": {"key": "Target"}},
        {"InputParameters": [None, 3, {"key": []}, {"key": "Target", "value": "x"}]},
        {"PostEntityImages": "none", "PreEntityImages": 7},
        {"OperationCreatedOn": "/Date(99999999999999999)/"},
    ],
)
def test_lists_that_are_none_are_passed_over(fields: dict[str, JsonValue]) -> None:
    assert "The adapter failed" not in str(derived(KIND, changed(UPDATE, **fields)))


def test_no_number_is_kept() -> None:
    for body in (UPDATE, CREATE, UPDATE[:-4]):
        assert b"888123456" not in ADAPTER.mask(body)
        (change,) = read_message(ADAPTER, message(body), ACCOUNT).changes
        assert "888123456" not in str(change)


def test_a_key_in_the_address_or_in_a_header_proves_a_message() -> None:
    sent = message(b"{}", {"X-Our-Key": "k3y"}, "https://pay.example/v1/hooks/crm?code=c0de&x=1")
    assert proves(KIND, sent, "X-Our-Key: k3y", "header")
    assert not proves(KIND, sent, "X-Our-Key: other", "header")
    assert not proves(KIND, sent, "X-Other-Key:", "header")
    assert proves(KIND, sent, "c0de", "code")
    assert not proves(KIND, sent, "other", "code")
