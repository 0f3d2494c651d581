"""A company that only counts: a vocabulary with every kind of metric, people known to two senders, and their events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from service.domain.delivery import Delivery, Sent, Trust
from service.domain.event import CreditClaim, Event, Item, ItemResult, ItemState, JsonValue, Operation, Part, Quarantine
from service.domain.person import Alias, Person
from service.domain.source import SourceKind, new_source
from service.flows.ingest import ingest
from service.jobs.pipeline import rebuild, replay
from service.plans import load_texts
from service.runtime import Runtime
from service.store.aliases import replace_aliases
from service.store.derived_tables import event_credit, fact, fact_key, stale
from service.store.people import replace_people
from service.store.sources import add_new_source
from service.store.tables import event_identity
from service.store.vocabulary import add_new_vocabulary

CRM, PHONE = "crm", "phone"
NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
MORNING = datetime(2026, 10, 14, 7, 0, tzinfo=UTC)
PEOPLE = ("ann", "bob", "cid")

ORG = """
schema: incentive/1
org: {currency: EUR, minor_units: 2, timezone: Europe/Sofia}
events:
  tour.given: {guests: num}
metrics:
  calls:
    {title: Calls, title_bg: Разговори, from: call.ended, agg: count, where: {direction: out, talk_s: {min: 20}},
     slices: [customer_kind]}
  talk: {title: Talk time, title_bg: Време в разговор, from: call.ended, agg: sum, field: talk_s}
  collected:
    {title: Money, title_bg: Плащания, from: [payment.received, payment.refunded], agg: sum, field: amount,
     type: money, credit: deal_team}
  customers: {title: Customers, title_bg: Клиенти, from: call.ended, agg: distinct, field: customer_id}
  overdue: {title: Overdue, title_bg: Просрочени, from: crm.snapshot, agg: last, field: overdue_tasks}
  stalled: {title: Stalled, title_bg: Застояли, from: crm.snapshot, agg: max, field: stalled_deals}
  meetings: {title: Meetings, title_bg: Срещи, from: meeting.held, agg: count, day: held_on}
  tours: {title: Tours, title_bg: Обиколки, from: tour.given, agg: count}
credits: {deal_team: {owner: 70%, lead_source: 30%}}
"""


@dataclass
class Intake:
    """The company at work; `now` is the time of what is done next."""

    runtime: Runtime
    now: datetime = NOW
    sent: int = field(default=0)

    def found(self, people: Sequence[str] = PEOPLE, vocabulary: str = ORG) -> Intake:
        """Make the senders, the people and the vocabulary."""
        with self.runtime.transaction() as session:
            for name in (CRM, PHONE):
                add_new_source(session, new_source(name, SourceKind.NATIVE, "", now=self.now))
            replace_people(session, [Person(name, name.title(), date(2025, 1, 1)) for name in PEOPLE], [], [])
            for name in people:
                self.know(session, name)
            add_new_vocabulary(session, date(2026, 1, 1), document(vocabulary), self.now)
        return self

    def know(self, session: Session, name: str) -> None:
        """Let both senders know a person, from the beginning of the year."""
        for source in (CRM, PHONE):
            replace_aliases(session, [(source, name)], [Alias(source, name, name, date(2026, 1, 1))])

    def meet(self, name: str) -> None:
        """Let a person be known from now on, and count what waited for it."""
        with self.runtime.transaction() as session:
            self.know(session, name)
        replay()

    def send(self, *events: Event | Item, source: str = CRM, trust: Trust = Trust.SHARED) -> list[ItemResult]:
        """Deliver events of one source."""
        self.sent += 1
        items = [
            told if isinstance(told, Item) else Item(place, told.external_id, told) for place, told in enumerate(events)
        ]
        name = f"dlv_{self.sent:026d}"
        delivery = Delivery(name, source, self.now, "application/json", b"[]", "0" * 64, len(items), trust)
        with self.runtime.transaction() as session:
            return ingest(session, [Sent(delivery, items)], now=self.now)[0]

    def rows(self, table: Table, *columns: str) -> list[tuple[Any, ...]]:
        """Rows of a table, sorted by their key."""
        wanted = [table.c[name] for name in columns] if columns else list(table.c)
        with self.runtime.reading() as session:
            return [tuple(row) for row in session.execute(select(*wanted).order_by(*table.primary_key.columns))]

    def facts(self) -> dict[tuple[str, str], int]:
        """The facts by person and metric, added over days and slices; a distinct metric by its number of keys."""
        found: dict[tuple[str, str], int] = {}
        for person_id, _, metric, _, value, _ in self.rows(fact):
            found[person_id, metric] = found.get((person_id, metric), 0) + value
        for person_id, metric, _ in {(row[0], row[2], row[4]) for row in self.rows(fact_key)}:
            found[person_id, metric] = found.get((person_id, metric), 0) + 1
        return found

    def derived(self) -> dict[str, object]:
        """All that must not depend on order, batching and duplicates."""
        with self.runtime.reading() as session:
            identity, credit = event_identity.c, event_credit.c
            concerns = session.execute(
                select(credit.person_id, credit.day, identity.source_id, identity.external_id).join(
                    event_identity, identity.event_id == credit.event_id
                )
            ).all()
        return {
            "facts": self.rows(fact),
            "keys": self.rows(fact_key),
            "credits": sorted(tuple(row) for row in concerns),
            "stale": sorted({row[1:3] for row in self.rows(stale)}),
        }

    def assert_rebuild_changes_nothing(self) -> None:
        """Make everything again, and find it as it was."""
        before = self.derived()
        done = rebuild()
        assert done.changed_facts == 0
        assert {**self.derived(), "stale": None} == {**before, "stale": None}


def document(text: str) -> str:
    """The document of a vocabulary as it is stored."""
    rules = load_texts({"_org.yaml": text})
    assert not rules.findings, [str(finding) for finding in rules.findings]
    return rules.vocabulary.document


def states(results: Sequence[ItemResult]) -> list[str]:
    """What became of each item, in a word."""
    return [str(result.state) for result in results]


def reason(result: ItemResult) -> str:
    """Why an item waits."""
    assert result.state is ItemState.QUARANTINED
    assert isinstance(result.quarantine, Quarantine)
    return str(result.quarantine.reason)


def call(
    external_id: str, who: str | None = "ann", *, at: datetime = MORNING, source: str = CRM, **data: JsonValue
) -> Event:
    """An outgoing conversation of a minute."""
    told: dict[str, JsonValue] = {"direction": "out", "talk_s": 60, "customer_kind": "new", "customer_id": "c1"}
    return Event(source, external_id, "call.ended", at, who, told | data)


def payment(external_id: str, amount: str = "100.00", lead_source: str | None = None, at: datetime = MORNING) -> Event:
    """Money received by Ann, perhaps from somebody's lead."""
    credit = (CreditClaim(lead_source, Part.LEAD_SOURCE),) if lead_source else ()
    return Event(CRM, external_id, "payment.received", at, "ann", {"amount": amount, "currency": "EUR"}, credit)


def snapshot(external_id: str, overdue: int, stalled: int, at: datetime = MORNING) -> Event:
    """A day's snapshot of Ann's tasks."""
    return Event(CRM, external_id, "crm.snapshot", at, "ann", {"overdue_tasks": overdue, "stalled_deals": stalled})


def void(external_id: str, target: str) -> Event:
    """A correction that takes an event back."""
    return Event(CRM, external_id, "event.voided", NOW, None, {}, op=Operation.VOID, target=target)


def replacement(external_id: str, target: str, *, after: timedelta = timedelta(0), **data: JsonValue) -> Event:
    """A call of Ann's that stands in the place of another event."""
    told = call(external_id)
    return replace(told, occurred_at=MORNING + after, data={**told.data, **data}, op=Operation.REPLACE, target=target)
