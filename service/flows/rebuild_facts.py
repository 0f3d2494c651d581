"""Rebuild the facts: judge every kept event again, and make every person's day again from its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.domain.counting import PersonDay
from service.plans.words import words_of
from service.store.days import ask_to_score, hold_rebuild, hold_sources, judge_again, make_days_again
from service.store.events import list_events_after
from service.store.facts import (
    add_missing_days,
    list_days_after,
    lock_days,
)
from service.store.retention import EVENTS, find_pruned
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
            hold_sources(session, [item.event for item in events])
            judge_again(session, events, words.measures, words.knows_type, now)
            return Rebuilt(len(events), 0, 0, Place(events[-1].event_id))
        add_missing_days(session)
    # Days whose events are kept no longer keep their facts: nothing could make them again.
    gone = find_pruned(session, EVENTS)
    kept_from = gone.following.first_day if gone else date.min
    days = list_days_after(session, place.day or ("", date.min), DAYS_AT_ONCE, kept_from)
    if not days:
        return Rebuilt(0, 0, 0, None)
    lock_days(session, days)
    changed = make_days_again(session, days, words.measures)
    ask_to_score(session, days, now)
    return Rebuilt(0, len(days), changed, Place(place.event_id, days[-1]))
