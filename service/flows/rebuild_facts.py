"""Rebuild the facts: judge every kept event again, and make every person's day again from its events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.domain.admission import Gate, judge
from service.domain.correction import correction_of
from service.domain.counting import Counted, PersonDay, RecordedEvent, doer_of
from service.domain.event import Quarantine
from service.plans.words import Words, words_of
from service.store.corrections import add_new_corrections, delete_corrections
from service.store.days import ask_to_score, find_aliases, hold_rebuild, hold_sources, make_days_again
from service.store.events import list_events_after, set_people
from service.store.facts import (
    add_credits,
    add_missing_days,
    delete_credits,
    list_credits,
    list_days_after,
    lock_days,
)
from service.store.quarantine import add_new_waiting
from service.store.vocabulary import list_vocabularies

EVENTS_AT_ONCE = 500
"""Events judged in one transaction: few enough to hold up an ingest of the same source for moments only."""

DAYS_AT_ONCE = 100
"""People's days made again in one transaction: some thousand events, read and counted within a second."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a rebuild is: first through the events by number, then through the people's days."""

    event_id: int = 0
    day: PersonDay | None = None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """One step of a rebuild: what it did, how many facts were different before, and where to go on (None: done)."""

    events: int
    days: int
    changed_facts: int
    following: Place | None


def rebuild_facts(session: Session, place: Place, *, now: datetime) -> Rebuilt:
    """Do the next step of a rebuild; between two steps every day is whole, so the service goes on meanwhile."""
    hold_rebuild(session)
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    if place.day is None:
        events = list_events_after(session, place.event_id, EVENTS_AT_ONCE)
        if events:
            _judge_again(session, events, words, now)
            return Rebuilt(len(events), 0, 0, Place(events[-1].event_id))
        add_missing_days(session)
    days = list_days_after(session, place.day or ("", date.min), DAYS_AT_ONCE)
    if not days:
        return Rebuilt(0, 0, 0, None)
    lock_days(session, days)
    changed = make_days_again(session, days, words.measures)
    ask_to_score(session, days, now)
    return Rebuilt(0, len(days), changed, Place(place.event_id, days[-1]))


def _judge_again(session: Session, events: Sequence[RecordedEvent], words: Words, now: datetime) -> None:
    """Set right whom events concern and what they correct; an event that nobody is known for any more waits again."""
    hold_sources(session, [item.event for item in events])
    aliases = find_aliases(session, [item.event for item in events])
    gate = Gate(aliases, words.measures, words.knows_type, now)
    known = [replace(item, person_id=doer_of(item.event, aliases, item.day)) for item in events]
    judged = [(item, judge(item, None, gate)) for item in known]
    waiting = [(item, outcome) for item, outcome in judged if isinstance(outcome, Quarantine)]
    counted = [outcome for _, outcome in judged if isinstance(outcome, Counted)]
    add_new_waiting(session, waiting, now)
    for item, _ in waiting:
        delete_corrections(session, item.event.source_id, [item.event.external_id])
    add_new_corrections(session, [item for item in (correction_of(one.event) for one in counted) if item])
    set_people(session, [new for new, old in zip(known, events, strict=True) if new.person_id != old.person_id])
    _set_credits(session, [item.event_id for item in events], counted)


def _set_credits(session: Session, event_ids: Sequence[int], counted: Sequence[Counted]) -> None:
    wanted = {(who, day, item.event_id) for item in counted for who, day in item.concerns}
    found = list_credits(session, event_ids)
    # The days of credits that go need their lock's row, or the second half would not come past them.
    lock_days(session, {(who, day) for who, day, _ in wanted ^ found})
    delete_credits(session, found - wanted)
    add_credits(session, wanted - found)
