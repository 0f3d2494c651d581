"""Replay the quarantine: count the events whose obstacle is gone, on their own days, as if they came now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.admission import CLOCK_TOLERANCE, Gate, judge
from service.domain.counting import Counted, doer_of
from service.domain.event import Quarantine
from service.plans.words import words_of
from service.store.days import add_counted, find_aliases, hold_sources
from service.store.events import list_events, set_people
from service.store.quarantine import add_new_waiting, claim_waiting, list_mendable
from service.store.vocabulary import list_vocabularies

EVENTS_AT_ONCE = 500
"""Events of one transaction: enough to share its queries, few enough to hold its days for moments."""


def replay_quarantine(session: Session, after: int, *, now: datetime) -> int | None:
    """Let the next waiting events count if nothing holds them any more; the number to go on after, None at the end."""
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    numbers = list_mendable(session, after, words.own_types, now + CLOCK_TOLERANCE, EVENTS_AT_ONCE)
    if not numbers:
        return None
    events = list_events(session, numbers)
    hold_sources(session, [item.event for item in events])
    since = {item.event_id: item.since for item in claim_waiting(session, numbers)}
    aliases = find_aliases(session, [item.event for item in events])
    gate = Gate(aliases, words.measures, words.knows_type, now)
    claimed = [
        replace(item, person_id=doer_of(item.event, aliases, item.day)) for item in events if item.event_id in since
    ]
    judged = [(item, judge(item, None, gate)) for item in claimed]
    set_people(session, claimed)
    for item, outcome in judged:
        if isinstance(outcome, Quarantine):
            add_new_waiting(session, [(item, outcome)], since[item.event_id])
    add_counted(session, [outcome for _, outcome in judged if isinstance(outcome, Counted)], words.measures, now)
    return numbers[-1]
