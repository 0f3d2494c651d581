"""Pipedrive: whole records of both versions become events, known by the id of the message or of the change."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from service.domain.event import QuarantineReason
from service.domain.source import SourceKind
from service.sources.derive import Derivation
from service.sources.pipedrive import mask
from tests.vendors import derived, events, reasons, recorded, the_event

RECORDED = recorded("pipedrive-*")
DEAL = {"id": 8, "owner_id": 12, "value": 1500.5, "currency": "EUR", "status": "open", "stage_id": 2, "pipeline_id": 1}
WON = {**DEAL, "status": "won", "won_time": "2026-11-20T10:00:00Z"}


def second(action: str, data: object, previous: object = None, **meta: Any) -> dict[str, Any]:
    """A message of version 2."""
    known = {
        "action": action,
        "entity": "deal",
        "entity_id": "8",
        "id": "df47d877",
        "timestamp": "2026-11-23T10:00:00.724Z",
        "version": "2.0",
        "attempt": 1,
    }
    return {"data": data, "previous": previous, "meta": known | meta}


def first(action: str, current: object, previous: object = None) -> dict[str, Any]:
    """A message of version 1."""
    meta = {
        "v": 1,
        "action": action,
        "object": "deal",
        "id": 8,
        "company_id": 77,
        "timestamp": 1795428000,
        "timestamp_micro": 1795428000123456,
    }
    return {"v": 1, "event": f"{action}.deal", "current": current, "previous": previous, "meta": meta, "retry": 0}


def read(message: dict[str, Any], own: str = "") -> Derivation:
    return derived(SourceKind.PIPEDRIVE, json.dumps(message).encode(), own)


def test_a_new_deal_is_an_event_of_its_owner_under_the_id_of_the_message() -> None:
    event = the_event(read(second("create", DEAL)))
    assert (event.type, event.external_id, event.subject) == ("deal.created", "df47d877", "12")
    assert (event.data["amount"], event.data["currency"], event.data["deal_id"]) == ("1500.50", "EUR", "8")


def test_another_attempt_says_the_same() -> None:
    assert read(second("create", DEAL)) == read(second("create", DEAL, attempt=2))


def test_a_deal_is_won_when_pipedrive_says_it_was() -> None:
    event = the_event(read(second("change", WON, {"status": "open", "won_time": None})))
    assert (event.type, event.occurred_at.isoformat()) == ("deal.won", "2026-11-20T10:00:00+00:00")


def test_an_edit_of_a_won_deal_is_not_another_win() -> None:
    assert read(second("change", WON, {"title": "before"})).derived == ()


def test_a_stage_is_entered_under_the_name_that_the_company_gave_it() -> None:
    message = second("change", DEAL, {"stage_id": 1})
    assert reasons(read(message)) == [QuarantineReason.UNMAPPED_STAGE]
    own = "schema: source/1\nkind: pipedrive\ntables: {stages: {1: contacted, 2: demo}}\n"
    event = the_event(read(message, own))
    assert (event.type, event.data["from_stage"], event.data["to_stage"]) == ("stage.entered", "contacted", "demo")


def test_a_change_that_is_two_events_has_two_ids() -> None:
    own = "schema: source/1\nkind: pipedrive\ntables: {stages: {1: contacted, 2: demo}}\n"
    found = events(read(second("change", WON, {"status": "open", "stage_id": 1}), own))
    assert [(event.type, event.external_id) for event in found] == [
        ("deal.won", "df47d877"),
        ("stage.entered", "df47d877:entered"),
    ]


def test_a_deletion_carries_nothing_and_takes_nothing_back() -> None:
    assert read(second("delete", None, DEAL)).derived == ()


def test_version_one_is_known_by_object_instant_and_action() -> None:
    event = the_event(read(first("updated", WON, DEAL)))
    assert event.type == "deal.won"
    assert event.external_id == "77:deal:8:1795428000123456:updated"
    assert read(first("updated", WON, WON)).derived == ()
    assert the_event(read(first("added", DEAL))).type == "deal.created"
    assert read(first("deleted", None, DEAL)).derived == ()


def test_a_lead_has_an_id_of_letters() -> None:
    lead = {"id": "adf21080-0e10-11eb-879b-05d71fb426ec", "owner_id": 1, "title": "x"}
    event = the_event(read(second("create", lead, entity="lead", entity_id=lead["id"])))
    assert (event.type, event.data["lead_id"]) == ("lead.created", lead["id"])


@pytest.mark.parametrize(("done", "kind", "expected"), [
    (True, "meeting", ["meeting.held"]),
    (True, "task", ["task.completed"]),
    (True, "lunch", []),
    (False, "meeting", []),
])  # fmt: skip
def test_an_activity_counts_once_it_is_done(done: bool, kind: str, expected: list[str]) -> None:  # noqa: FBT001 - a case
    activity = {"id": 2, "owner_id": 12, "type": kind, "done": done}
    message = second("change", activity, {"done": not done}, entity="activity", entity_id="2")
    assert [event.type for event in events(read(message))] == expected


def test_people_and_organisations_mean_nothing() -> None:
    found = read(second("change", {"id": 1}, entity="person"))
    assert (found.derived, found.ignored) == ((), ("The mapping ignores objects of kind person.",))


def test_a_message_without_an_id_waits() -> None:
    assert reasons(read(second("create", DEAL, id=""))) == [QuarantineReason.WEAK_IDENTITY]


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"meta": 5}', b"{", b"x=1"])
def test_what_is_no_message_of_pipedrive_waits(body: bytes) -> None:
    assert reasons(derived(SourceKind.PIPEDRIVE, body)) == [QuarantineReason.ADAPTER_ERROR]


def test_addresses_and_numbers_of_people_are_not_kept() -> None:
    body = json.dumps(second("create", {"id": 1, "phone": [{"value": "0888"}], "email": "a@b.bg"})).encode()
    assert b"0888" not in mask(body)
    assert b"a@b.bg" not in mask(body)


@pytest.mark.skipif(not RECORDED, reason="the recorded messages are not here")
def test_every_recorded_message_is_understood() -> None:
    types = {
        path.name: [event.type for event in events(derived(SourceKind.PIPEDRIVE, path.read_bytes()))]
        for path in RECORDED
    }
    assert types == {
        "pipedrive-v2-change.activity.json": [],
        "pipedrive-v2-change.deal.json": [],
        "pipedrive-v2-create.activity.json": ["meeting.booked"],
        "pipedrive-v2-create.deal.json": ["deal.created"],
        "pipedrive-v2-delete.deal.json": [],
    }


@pytest.mark.parametrize("kind", ["a.b", "x" * 300, "Сделка", "pipedrive.", "a\0b"])
def test_a_kind_of_any_spelling_waits_under_a_type_that_can_be_kept(kind: str) -> None:
    found = read(second("create", {}, entity=kind))
    assert re.fullmatch(r"pipedrive\.[a-z0-9_]{1,55}", the_event(found).type)
    assert reasons(found) == [QuarantineReason.UNMAPPED_TYPE]
