"""HubSpot: changes of single properties become events of whole records, each known by what never differs on a retry."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.event import QuarantineReason
from service.domain.source import SourceKind
from service.sources.derive import Derivation
from tests.vendors import derived, events, reasons, recorded, the_event

RECORDED = recorded("hubspot-*")


def told(subscription: str = "deal.propertyChange", at: int = 1782371972000, **more: Any) -> dict[str, Any]:
    """One change as HubSpot tells it."""
    known = {"portalId": 7, "objectId": 33, "eventId": at, "occurredAt": at, "subscriptionType": subscription}
    return {"attemptNumber": 0, "subscriptionId": 1, "appId": 2, **known, **more}


def changed(name: str, value: str, at: int = 1782371972000, **more: Any) -> dict[str, Any]:
    return told(at=at, propertyName=name, propertyValue=value, **more)


def read(*items: object, own: str = "") -> Derivation:
    return derived(SourceKind.HUBSPOT, list(items), own)


def test_a_deal_is_won_with_the_amount_and_owner_it_has_then() -> None:
    found = read(
        changed("dealstage", "closedwon", 1782371973000),
        changed("hubspot_owner_id", "55", 1782371971000),
        changed("amount", "2000", 1782371972000),
        changed("hubspot_owner_id", "66", 1782371974000),
        changed("amount", "9000", 1782371974000, eventId=3),
    )
    won = next(event for event in events(found) if event.type == "deal.won")
    assert (won.subject, won.data["amount"], won.data["deal_id"]) == ("55", "2000.00", "33")
    assert won.external_id == "7:deal.propertyChange:-:33:dealstage:1782371973000:1782371973000"


def test_what_nobody_had_told_by_then_is_taken_as_first_told_later() -> None:
    found = read(changed("dealstage", "closedwon"), changed("amount", "150", 1782371979000))
    assert events(found)[0].data["amount"] == "150.00"


def test_a_win_is_one_win_and_a_stage_however_often_it_is_told() -> None:
    item = changed("dealstage", "closedwon")
    found = read(item, item | {"attemptNumber": 3}, changed("dealstage", "closedwon", 1782371999000))
    assert sorted(event.type for event in events(found)) == ["deal.won", "stage.entered"]
    first, second = sorted((event.external_id for event in events(found)), key=len)
    assert second == f"{first}:entered"


def test_won_lost_and_won_again_are_three_facts() -> None:
    found = read(*(
        changed("dealstage", stage, 1782371972000, eventId=number)
        for number, stage in enumerate(["closedwon", "closedlost", "closedwon"], 1)
    ))  # fmt: skip
    assert [event.type for event in events(found) if event.type != "stage.entered"] == [
        "deal.won",
        "deal.lost",
        "deal.won",
    ]


def test_an_amount_that_is_no_amount_waits() -> None:
    found = read(changed("dealstage", "closedwon"), changed("amount", "about 2000", 1782371970000))
    assert set(reasons(found)) == {QuarantineReason.SCHEMA_VIOLATION}


def test_a_stage_without_a_name_waits_for_one() -> None:
    found = read(changed("dealstage", "123456"))
    assert reasons(found) == [QuarantineReason.UNMAPPED_STAGE]
    own = "schema: source/1\nkind: hubspot\ntables: {stages: {123456: negotiation}}\n"
    assert the_event(read(changed("dealstage", "123456"), own=own)).data["to_stage"] == "negotiation"


def test_a_newer_message_names_its_object_by_number() -> None:
    deal = read(told("object.creation", objectTypeId="0-3"))
    assert the_event(deal).type == "deal.created"
    assert the_event(deal).external_id == "7:object.creation:0-3:33:-:1782371972000:1782371972000"
    own = read(told("object.creation", objectTypeId="2-778899"))
    assert reasons(own) == [QuarantineReason.UNMAPPED_TYPE]
    assert read(told("object.creation", objectTypeId="0-1")).ignored == (
        "The mapping ignores objects of kind contact.",
    )


def test_a_creation_comes_before_the_first_change_of_its_instant() -> None:
    found = read(changed("dealstage", "qualifiedtobuy", eventId=1), told("deal.creation", eventId=2))
    assert [event.type for event in events(found)] == ["deal.created", "stage.entered"]


def test_deletions_and_associations_count_nothing() -> None:
    assert read(told("deal.deletion"), told("deal.associationChange")).derived == ()


@pytest.mark.parametrize("missing", ["eventId", "portalId", "objectId", "occurredAt"])
def test_a_change_without_a_part_of_its_identity_waits(missing: str) -> None:
    item = told("deal.creation")
    del item[missing]
    again = read(item | {"attemptNumber": 2})
    assert reasons(read(item)) == [QuarantineReason.WEAK_IDENTITY]
    assert the_event(read(item)).external_id == the_event(again).external_id


@pytest.mark.parametrize("body", [b"[1]", b"[{}]", b'"x"', b"{", b"", b"\xff", b"[" * 5_000])
def test_what_is_no_message_of_hubspot_waits(body: bytes) -> None:
    assert reasons(derived(SourceKind.HUBSPOT, body)) == [QuarantineReason.ADAPTER_ERROR]


@given(st.permutations([
    told("deal.creation", at=1782371970000),
    changed("amount", "10", 1782371970000),
    changed("dealstage", "qualifiedtobuy", 1782371971000),
    changed("hubspot_owner_id", "5", 1782371972000),
    changed("dealstage", "closedwon", 1782371973000),
    changed("amount", "20", 1782371973000, eventId=9),
    changed("dealstage", "closedwon", 1782371974000),
    told("deal.deletion", at=1782371975000),
]), st.integers(0, 7))  # fmt: skip
def test_order_and_repetition_change_nothing(items: list[dict[str, Any]], repeated: int) -> None:
    expected = sorted(str(event) for event in events(read(*sorted(items, key=str))))
    assert sorted(str(event) for event in events(read(*items, items[repeated]))) == expected


@pytest.mark.skipif(not RECORDED, reason="the recorded messages are not here")
def test_every_recorded_message_is_understood() -> None:
    types = {
        path.name: [event.type for event in events(derived(SourceKind.HUBSPOT, path.read_bytes()))] for path in RECORDED
    }
    assert types == {
        "hubspot-batch-signed-v3.http": ["deal.created", "stage.entered"],
        "hubspot-deal.creation.json": ["deal.created"],
        "hubspot-deal.propertyChange-dealstage.json": ["stage.entered"],
    }
