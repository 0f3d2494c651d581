"""Recall: lay what a close knew into empty tables, and count its events again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from service.domain.correction import correction_of
from service.domain.counting import Counted, Measures, PersonDay, RecordedEvent, count, facts_of, guarded
from service.domain.known import Known, KnownPlan, Knows, Records, from_steps
from service.domain.period import Period
from service.domain.replay import Difference
from service.plans import plan_from_document
from service.plans.words import words_of
from service.store.corrections import add_new_corrections
from service.store.days import find_aliases, list_standing
from service.store.events import list_events
from service.store.facts import add_credits, replace_facts
from service.store.recalled import put_documents, put_events, put_plans, put_statements
from service.store.vocabulary import list_vocabularies

GONE = "is not there any more"
ELSEWHERE = "concerns the person on no day of the month"


def recall(session: Session, records: Records) -> list[Difference]:
    """Write these records, and make the days of the months among them from their events, as a rebuild does.

    Gives the plans that are not what their hashes say, and the events that were known at the close and are gone, or
    concern somebody else now.
    """
    found = _plans(session, records.plans)
    put_statements(session, records.statements)
    measures = words_of((version.starts_on, version.document) for version in list_vocabularies(session)).measures
    put_events(session, records.events, measures)
    put_documents(session, records.known)
    told = [one for one in records.known if one.kind in {Knows.MONTH, Knows.DEAL}]
    return found + (_counted_again(session, [_told(one) for one in told], measures) if told else [])


@dataclass(frozen=True, slots=True)
class _Told:
    """A month of a person, or a deal, with the numbers of its events and of those that correct them."""

    known: Known
    events: Sequence[int]
    correcting: Sequence[int]

    @property
    def month(self) -> Period | None:
        """The month, if it tells of one."""
        return Period.parse(self.known.month) if self.known.kind is Knows.MONTH else None


def _plans(session: Session, plans: Sequence[KnownPlan]) -> list[Difference]:
    """Keep plans; one that was edited under its hash under its own as well, so that it can be told what it gives."""
    hashes = {plan.plan_hash: plan_from_document(plan.document).content_hash for plan in plans}
    edited = [plan for plan in plans if hashes[plan.plan_hash] != plan.plan_hash]
    put_plans(session, [*plans, *(replace(plan, plan_hash=hashes[plan.plan_hash]) for plan in edited)])
    return [
        Difference("", "plan", f"{plan.plan_id} {plan.version}", "", plan.plan_hash, hashes[plan.plan_hash])
        for plan in edited
    ]


def _told(one: Known) -> _Told:
    document = json.loads(one.document)
    return _Told(one, from_steps(document["events"]), from_steps(document["correcting"]))


def _counted_again(session: Session, told: Sequence[_Told], measures: Measures) -> list[Difference]:
    numbers = {number for one in told for number in (*one.events, *one.correcting)}
    events = {item.event_id: item for item in list_events(session, numbers)}
    add_new_corrections(session, [item for one in events.values() if (item := correction_of(one.event))])
    aliases = find_aliases(session, [item.event for item in events.values()])
    counted = {number: count(item, aliases, measures) for number, item in events.items()}
    concerned: set[tuple[PersonDay, int]] = set()
    found: list[Difference] = []
    for one in told:
        for number in one.events:
            days = _days(one, counted.get(number))
            concerned |= {(day, number) for day in days}
            if number not in counted or (one.month and not days):
                found.append(_difference(one, number, events))
    add_credits(session, [(who, day, number) for (who, day), number in concerned])
    days_again = {day for day, _ in concerned}
    standing = [counted[item.event_id] for item in list_standing(session, list(events.values()))]
    facts = facts_of(guarded(standing, measures), measures)
    replace_facts(session, days_again, [fact for fact in facts if (fact.person_id, fact.day) in days_again])
    return found


def _days(one: _Told, counted: Counted | None) -> list[PersonDay]:
    """The days of the month on which an event concerns the person."""
    month = one.month
    if counted is None or month is None:
        return []
    return [(who, day) for who, day in counted.concerns if who == one.known.name and Period.of(day) == month]


def _difference(one: _Told, number: int, events: Mapping[int, RecordedEvent]) -> Difference:
    item = events.get(number)
    name = item.event.receipt_id if item else f"event {number}"
    person_id = one.known.name if one.known.kind is Knows.MONTH else ""
    month = one.known.month or f"deal {one.known.name}"
    return Difference(person_id, "event", name, month, "counted", ELSEWHERE if item else GONE)
