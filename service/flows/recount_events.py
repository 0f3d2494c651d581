"""Count events again, for whom they belong to now: a user id was found to be somebody else's on days that counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.domain.counting import RecordedEvent, subjects_of
from service.domain.person import Alias
from service.plans.words import words_of
from service.store.days import ask_to_score, hold_sources, judge_again, make_days_again
from service.store.events import list_events_of_person
from service.store.facts import lock_days
from service.store.vocabulary import list_vocabularies


def recount_events(session: Session, lost: Sequence[Alias], *, now: datetime) -> int:
    """Judge again what counted under aliases that hold no more, and make the days before and after again.

    An event that is nobody's now waits for clarification. Returns how many events were looked at.
    """
    found = [item for alias in lost for item in _naming(session, alias)]
    events = sorted({item.event_id: item for item in found}.values(), key=lambda item: item.event_id)
    if not events:
        return 0
    hold_sources(session, [item.event for item in events])
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    days = judge_again(session, events, words.measures, words.knows_type, now)
    lock_days(session, days)
    make_days_again(session, days, words.measures)
    ask_to_score(session, days, now)
    return len(events)


def _naming(session: Session, alias: Alias) -> list[RecordedEvent]:
    """The counted events of the person in which the source meant this user id."""
    last = alias.ends_on or date.max
    events = list_events_of_person(session, alias.source_id, alias.person_id, alias.starts_on, last)
    return [item for item in events if alias.subject in subjects_of(item.event)]
