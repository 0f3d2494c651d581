"""Vendors' objects: what they come to is told once, corrected when more is known, and the same in any order."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from service.config import ROOT
from service.domain.change import Change, Verb
from service.domain.event import ItemState, QuarantineReason
from service.domain.waiting import Decision, WaitingQuery
from service.flows.discard_waiting import discard_waiting
from service.jobs.pipeline import rebuild
from service.plans.source_mapping import shipped_text
from service.reports.records import object_document
from service.runtime import Runtime
from service.store.object_tables import object_change
from service.store.tables import quarantine
from tests.hubspot import AT, EXPECTED, NOW, OWN, Office, changed, history


@pytest.fixture
def office(runtime: Runtime) -> Office:
    """The company."""
    return Office(runtime).found()


def test_a_deal_is_put_together_from_its_changes(office: Office) -> None:
    for change in history():
        office.send(change)
    assert office.facts() == EXPECTED


@pytest.mark.parametrize("order", [[5, 4, 3, 2, 1, 0], [4, 0, 5, 2, 1, 3], [2, 4, 3, 5, 0, 1]])
def test_whatever_order_they_arrive_in_the_same_counts_and_nothing_waits(office: Office, order: Sequence[int]) -> None:
    changes = history()
    for place in order:
        office.send(changes[place])
        office.send(changes[place])
    assert office.facts() == EXPECTED
    assert office.waiting() == []
    assert rebuild().changed_facts == 0


def test_a_repeated_change_is_kept_once_and_answered_as_a_duplicate(office: Office, runtime: Runtime) -> None:
    office.send(*history())
    results = office.send(history()[4])
    assert {result.state for result in results} == {ItemState.DUPLICATE}
    with runtime.reading() as session:
        assert len(session.execute(select(object_change)).all()) == 6


def test_an_event_that_waited_for_its_owner_counts_when_he_is_told(office: Office) -> None:
    office.send(changed("dealstage", "closedwon", 4))
    assert office.facts() == {}
    assert set(office.waiting()) == {QuarantineReason.UNRESOLVED_SUBJECT}
    office.send(changed("hubspot_owner_id", "ann", 9))
    assert office.facts() == {("ann", "won"): 1, ("ann", "staged"): 1}
    assert office.waiting() == []


def test_a_stage_counts_once_the_company_has_named_it(office: Office) -> None:
    office.send(changed("hubspot_owner_id", "ann", 1), changed("dealstage", "12345", 2))
    assert office.waiting() == [QuarantineReason.UNMAPPED_STAGE]
    office.own = OWN + "tables: {stages: {12345: negotiation}}\n"
    office.send(changed("hubspot_owner_id", "ann", 1))
    assert office.facts() == {("ann", "staged"): 1}
    assert office.waiting() == []


def test_a_deletion_takes_back_only_where_the_mapping_says_so(office: Office) -> None:
    office.send(*history())
    office.send(changed("", "", 9, verb=Verb.DELETED))
    assert office.facts() == EXPECTED
    shipped = shipped_text(ROOT / "rules", "hubspot")
    deal = shipped[shipped.index("objects:") : shipped.index("  lead:")].replace(
        "  deal:\n", "  deal:\n    voids: true\n"
    )
    office.own = OWN + "lists: {won: [closedwon], lost: [closedlost]}\ntables: {stages: {closedwon: won}}\n" + deal
    office.send(*history("9"))
    office.send(changed("", "", 9, "9", Verb.DELETED))
    assert office.facts() == EXPECTED
    office.send(changed("amount", "1", 10, "9"))
    assert office.facts()["ann", "won"] == 2


def test_what_a_person_discarded_never_counts_whatever_becomes_known_of_its_object(
    office: Office, runtime: Runtime
) -> None:
    office.send(changed("dealstage", "closedwon", 4))
    with runtime.transaction() as session:
        discard_waiting(session, WaitingQuery(source_id="hub"), Decision("fin", "a test of the vendor", NOW))
    office.send(changed("hubspot_owner_id", "ann", 9))
    office.send(changed("amount", "1500", 2))
    assert office.facts() == {}
    results = office.send(changed("dealstage", "closedwon", 4))
    assert ItemState.CONFLICT not in {result.state for result in results}
    with runtime.reading() as session:
        assert set(session.scalars(select(quarantine.c.discarded_by))) == {"fin"}
    assert rebuild().changed_facts == 0


def test_what_stands_for_a_waiting_event_can_be_discarded_too(office: Office, runtime: Runtime) -> None:
    office.send(changed("dealstage", "closedwon", 4))
    office.send(changed("amount", "1500", 2))
    with runtime.transaction() as session:
        discard_waiting(session, WaitingQuery(source_id="hub"), Decision("fin", "a test of the vendor", NOW))
    office.send(changed("hubspot_owner_id", "ann", 9), changed("amount", "1600", 3))
    assert office.facts() == {}


def test_a_call_that_waited_for_its_mapping_and_is_sent_again_is_no_conflict(office: Office) -> None:
    details = {"hs_call_status": "COMPLETED", "hubspot_owner_id": "ann"}
    call = Change("call", "1", "c1", Verb.CREATED, AT, details, alone=True)
    office.own = (
        OWN + "objects: {call: {subject: no_such, events: [{type: call.ended, values: {talk_s: hs_call_status}}]}}\n"
    )
    office.send(call)
    assert office.waiting() == [QuarantineReason.SCHEMA_VIOLATION]
    office.own = OWN
    office.send(call)
    assert office.send(call) == []
    assert office.waiting() == []


def test_two_deals_do_not_mix(office: Office) -> None:
    office.send(*(change for pair in zip(history("8"), history("9"), strict=True) for change in pair))
    assert office.facts() == {key: value * 2 for key, value in EXPECTED.items()}


def test_a_change_that_stands_alone_is_not_kept_beside_its_event(office: Office, runtime: Runtime) -> None:
    call = Change("call", "1", "c1", Verb.CREATED, AT, {"hs_call_status": "COMPLETED"}, alone=True)
    (result,) = office.send(call)
    assert result.external_id == "c1"
    with runtime.reading() as session:
        assert session.execute(select(object_change)).all() == []


def test_an_object_can_be_looked_at_as_its_changes_make_it(office: Office, runtime: Runtime) -> None:
    office.send(*reversed(history()))
    with runtime.reading() as session:
        found = object_document(session, "hub", "deal", "8")
    assert found["fields"] == {"hubspot_owner_id": "bob", "amount": "1500", "dealstage": "closedwon"}
    assert isinstance(found["events"], list)
    assert {event["revision"] for event in found["events"]} == {0}


def test_changes_of_one_deal_that_arrive_side_by_side_see_each_other(office: Office) -> None:
    with ThreadPoolExecutor(6) as senders:
        list(senders.map(office.send, [*history(), *history()]))
    assert office.facts() == EXPECTED
    assert office.waiting() == []
    assert rebuild().changed_facts == 0


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0]])
def test_messages_of_several_objects_together_come_to_what_each_comes_to_alone(
    office: Office, order: Sequence[int]
) -> None:
    deals = ("8", "9", "10")
    for place in order:
        found = office.send_together(*[[history(deal)[place]] for deal in deals])
        for deal, results in zip(deals, found, strict=True):
            assert {str(result.external_id).split(":")[0] for result in results} <= {deal}
            assert [result.index for result in results] == list(range(len(results)))
    assert office.facts() == {key: value * len(deals) for key, value in EXPECTED.items()}
    assert office.waiting() == []
    assert rebuild().changed_facts == 0
