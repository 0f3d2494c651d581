"""Revisions: an event that turns out otherwise is replaced or taken back, and the order of arrival plays no part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.config import ROOT
from service.domain.change import Change, Verb
from service.domain.correction import Correction, correction_of, withdrawn
from service.domain.event import Event, Operation, event_document
from service.domain.vendor_object import Derived, StandingEvent, Told, revise, revised_id
from service.plans.source_mapping import mapping_of, shipped_text
from service.sources.adapter import Account
from service.sources.derive import derive

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
ACCOUNT = Account("hub")
MAPPING = mapping_of("schema: source/1\nkind: hubspot\n", shipped_text(ROOT / "rules", "hubspot"))


@dataclass
class Ledger:
    """Everything that was told, as the intake keeps it."""

    changes: list[Change] = field(default_factory=list)
    standing: dict[str, StandingEvent] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)

    def take(self, told: Sequence[Change]) -> list[Event]:
        """Tell changes, and give what came of it."""
        self.changes += told
        derived = derive(self.changes, MAPPING, ACCOUNT).derived
        last_at = max(change.occurred_at for change in self.changes)
        revision = revise("hub", derived, self.standing, Told(last_at, {change.identity for change in told}))
        self.standing |= {one.external_id: one for one in revision.standing}
        made = [item.event for item in revision.items if item.event is not None]
        for event in made:
            known = self.events.setdefault(event.external_id, event)
            assert event_document(known) == event_document(event), "one id says two things"
        return made

    def counted(self) -> list[str]:
        """What counts in the end, without the ids of revisions."""
        corrections: list[Correction] = [
            found for event in self.events.values() if (found := correction_of(event)) is not None
        ]
        gone = withdrawn(self.events, corrections)
        bare = [
            replace(event, op=None, target=None)
            for name, event in self.events.items()
            if name not in gone and event.op is not Operation.VOID
        ]
        return sorted(event_document(event) for event in bare)


def changed(name: str, value: str, second: int, verb: Verb = Verb.UPDATED) -> Change:
    fields = {name: value} if name else {}
    return Change("deal", "8", f"{second}:{name}:{value}", verb, AT + timedelta(seconds=second), fields, order=1)


def test_more_that_becomes_known_replaces_what_stands() -> None:
    ledger = Ledger()
    (first,) = [event for event in ledger.take([changed("dealstage", "closedwon", 5)]) if event.type == "deal.won"]
    (second,) = [event for event in ledger.take([changed("amount", "100", 3)]) if event.type == "deal.won"]
    (third,) = [event for event in ledger.take([changed("amount", "200", 4)]) if event.type == "deal.won"]
    assert (first.op, second.op, second.target) == (None, Operation.REPLACE, first.external_id)
    assert (third.target, third.data["amount"]) == (second.external_id, "200.00")
    assert third.external_id == f"{first.external_id}~2"


def test_a_win_that_was_one_already_is_taken_back() -> None:
    ledger = Ledger()
    ledger.take([changed("dealstage", "closedwon", 5)])
    told = ledger.take([changed("dealstage", "closedwon", 1)])
    assert [event.op for event in told].count(Operation.VOID) == 2
    assert len([text for text in ledger.counted() if '"deal.won"' in text]) == 1


def test_the_same_again_is_told_again_and_what_else_is_known_is_not() -> None:
    ledger = Ledger()
    ledger.take([changed("", "", 0, Verb.CREATED)])
    change = changed("dealstage", "closedwon", 5)
    assert ledger.take([change]) == ledger.take([change])


def test_a_long_id_has_revisions_too() -> None:
    assert revised_id("x", 3) == "x~3"
    assert len(revised_id("x" * 255, 12)) <= 255
    assert revised_id("x" * 255, 1) != revised_id("y" * 255, 1)


def test_an_event_that_waits_for_another_reason_is_told_anew() -> None:
    event = Event("hub", "e", "deal.won", AT, None)
    known = {one.external_id: one for one in revise("hub", [Derived(event)], {}, Told(AT)).standing}
    assert revise("hub", [Derived(event)], known, Told(AT)).items == ()
    assert revise("hub", [Derived(event)], known, Told(AT, {"e"})).items != ()


CHANGES = [
    changed("", "", 0, Verb.CREATED),
    changed("amount", "10", 1),
    changed("hubspot_owner_id", "ann", 1),
    changed("dealstage", "qualifiedtobuy", 2),
    changed("dealstage", "closedwon", 3),
    changed("hubspot_owner_id", "bob", 4),
    changed("amount", "20", 4),
    changed("dealstage", "closedlost", 5),
    changed("dealstage", "closedwon", 6),
]


@given(st.permutations(CHANGES), st.lists(st.integers(0, 8), max_size=4), st.integers(1, 4))
def test_in_any_order_with_any_repetition_and_in_any_batches_the_same_counts(
    changes: list[Change], repeated: list[int], size: int
) -> None:
    expected = Ledger()
    expected.take(CHANGES)
    told = [*changes, *(changes[place] for place in repeated)]
    ledger = Ledger()
    for start in range(0, len(told), size):
        ledger.take(told[start : start + size])
    assert ledger.counted() == expected.counted()
