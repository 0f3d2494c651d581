"""A company whose deals are in HubSpot, and the changes that tell of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from service.config import ROOT
from service.domain.change import Change, Notice, Verb
from service.domain.delivery import Delivery, Sent
from service.domain.event import ItemResult, QuarantineReason
from service.domain.person import Alias, Person
from service.domain.source import SourceKind, Terms, new_source
from service.domain.vendor_object import ObjectKey
from service.flows.ingest import ingest
from service.flows.project import project
from service.plans.source_mapping import mapping_of, shipped_text
from service.runtime import Runtime
from service.sources.adapter import Account, Vendor
from service.store.aliases import replace_aliases
from service.store.derived_tables import fact
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

    @property
    def vendor(self) -> Vendor:
        """The source as its messages are read."""
        return Vendor(Account("hub"), mapping_of(self.own, shipped_text(ROOT / "rules", self.kind.value)))

    def send(self, *changes: Change) -> list[ItemResult]:
        """Deliver changes in one message."""
        return self.send_together(changes, again={(change.kind, change.object_id) for change in changes})[0]

    def send_together(self, *messages: Sequence[Change], again: Collection[ObjectKey] = ()) -> list[list[ItemResult]]:
        """Deliver messages that tell of different objects in one transaction."""
        now = max(NOW, self.runtime.now())
        notices = [Notice(f"dlv_{uuid4().hex[:26]}", changes) for changes in messages]
        with self.runtime.transaction() as session:
            found = project(session, notices, self.vendor, again, now=now)
            sent = [
                Sent(Delivery(one.delivery_id, "hub", NOW, "application/json", b"[]", "0" * 64, len(items)), items)
                for one, items in zip(notices, found, strict=True)
            ]
            return ingest(session, sent, now=NOW)

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
