"""Vendors' objects: what they come to is told once, corrected when more is known, and the same in any order."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from service.config import ROOT
from service.domain.change import Change, Notice, Verb
from service.domain.delivery import Delivery, Sent
from service.domain.event import ItemResult, ItemState, QuarantineReason
from service.domain.person import Alias, Person
from service.domain.source import SourceKind, Terms, new_source
from service.domain.waiting import Decision, WaitingQuery
from service.flows.discard_waiting import discard_waiting
from service.flows.ingest import ingest
from service.flows.project import project
from service.jobs.pipeline import rebuild
from service.plans.source_mapping import mapping_of, shipped_text
from service.reports.records import object_document
from service.runtime import Runtime
from service.sources.adapter import Account, Vendor
from service.store.aliases import replace_aliases
from service.store.derived_tables import fact
from service.store.object_tables import object_change
from service.store.people import replace_people
from service.store.sources import add_new_source
from service.store.tables import quarantine
from service.store.vocabulary import add_new_vocabulary
from tests.intake import document

NOW = datetime(2026, 10, 20, 9, tzinfo=UTC)
AT = datetime(2026, 10, 14, 7, tzinfo=UTC)
OWN = "schema: source/1\nkind: hubspot\n"

ORG = """
schema: incentive/1
org: {currency: EUR, minor_units: 2, timezone: Europe/Sofia}
metrics:
  won: {title: Won, title_bg: Спечелени, from: deal.won, agg: count}
  worth: {title: Worth, title_bg: Стойност, from: deal.won, agg: sum, field: amount, type: money}
  staged: {title: Staged, title_bg: Етапи, from: stage.entered, agg: count}
"""


@dataclass
class Office:
    """A company whose deals are in HubSpot."""

    runtime: Runtime
    own: str = OWN
    kind: SourceKind = SourceKind.HUBSPOT

    def found(self) -> Office:
        """Make the source, two people and the vocabulary."""
        terms = Terms("hubspot-v3", signs=True)
        with self.runtime.transaction() as session:
            add_new_source(session, new_source("hub", SourceKind.HUBSPOT, "x", now=NOW, terms=terms))
            replace_people(session, [Person(name, name.title(), date(2025, 1, 1)) for name in ("ann", "bob")], [], [])
            for name in ("ann", "bob"):
                replace_aliases(session, [("hub", name)], [Alias("hub", name, name, date(2026, 1, 1))])
            add_new_vocabulary(session, date(2026, 1, 1), document(ORG), NOW)
        return self

    def send(self, *changes: Change) -> list[ItemResult]:
        """Deliver changes in one message."""
        now = max(NOW, self.runtime.now())
        mapping = mapping_of(self.own, shipped_text(ROOT / "rules", self.kind.value))
        name = f"dlv_{uuid4().hex[:26]}"
        keys = {(change.kind, change.object_id) for change in changes}
        with self.runtime.transaction() as session:
            (items,) = project(session, [Notice(name, changes)], Vendor(Account("hub"), mapping), keys, now=now)
            delivery = Delivery(name, "hub", NOW, "application/json", b"[]", "0" * 64, len(items))
            return ingest(session, [Sent(delivery, items)], now=NOW)[0]

    def facts(self) -> dict[tuple[str, str], int]:
        """The facts by person and metric that are not zero."""
        with self.runtime.reading() as session:
            rows = session.execute(select(fact.c.person_id, fact.c.metric, fact.c.value)).all()
        found: dict[tuple[str, str], int] = {}
        for who, metric, value in rows:
            found[who, metric] = found.get((who, metric), 0) + value
        return {key: value for key, value in found.items() if value}

    def waiting(self) -> list[QuarantineReason]:
        """Why events wait."""
        with self.runtime.reading() as session:
            return [QuarantineReason(reason) for reason in session.scalars(select(quarantine.c.reason))]


@pytest.fixture
def office(runtime: Runtime) -> Office:
    """The company."""
    return Office(runtime).found()


def changed(name: str, value: str, second: int, deal: str = "8", verb: Verb = Verb.UPDATED) -> Change:
    fields = {name: value} if name else {}
    moment = AT + timedelta(seconds=second)
    return Change("deal", deal, f"{deal}:{second}:{name}:{value}", verb, moment, fields, order=1)


def history(deal: str = "8") -> list[Change]:
    return [
        changed("", "", 0, deal, Verb.CREATED),
        changed("hubspot_owner_id", "ann", 1, deal),
        changed("amount", "1500", 2, deal),
        changed("dealstage", "qualifiedtobuy", 3, deal),
        changed("dealstage", "closedwon", 4, deal),
        changed("hubspot_owner_id", "bob", 5, deal),
    ]


EXPECTED = {("ann", "won"): 1, ("ann", "worth"): 150_000, ("ann", "staged"): 2}


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
