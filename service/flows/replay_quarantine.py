"""Replay the quarantine: count the events whose obstacle is gone, on their own days, as if they came now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.admission import CLOCK_TOLERANCE
from service.domain.counting import Counted, RecordedEvent
from service.domain.event import Quarantine, QuarantineReason
from service.domain.waiting import Replayed, Waiting, WaitingQuery, is_due_by_itself
from service.plans.words import words_of
from service.store.days import add_released, hold_sources, judge_kept
from service.store.events import list_events
from service.store.quarantine import (
    list_mendable,
    list_replayable,
    lock_waiting,
    release_waiting,
    replace_waiting,
)
from service.store.vocabulary import list_vocabularies

EVENTS_AT_ONCE = 500
"""Events of one transaction: enough to share its queries, few enough to hold its days for moments."""


def replay_quarantine(
    session: Session, after: int, wanted: WaitingQuery | None = None, *, now: datetime
) -> Replayed | None:
    """Let the next waiting events after a number count if nothing holds them any more; None at the end.

    Without `wanted`, those whose obstacle may be gone; with it, those that somebody asks for, each judged again.
    """
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    if wanted is None:
        numbers = list_mendable(session, after, words.own_types, now + CLOCK_TOLERANCE, EVENTS_AT_ONCE)
    else:
        numbers = list_replayable(session, after, wanted, EVENTS_AT_ONCE)
    if not numbers:
        return None
    events = list_events(session, numbers)
    hold_sources(session, [item.event for item in events])
    waited = {item.event_id: item for item in lock_waiting(session, numbers)}
    claimed = [item for item in events if item.event_id in waited]
    judged = judge_kept(session, claimed, words.measures, words.knows_type, now)
    released = [
        outcome
        for item, outcome in judged
        if isinstance(outcome, Counted) and (wanted is not None or not _is_too_early(item, waited[item.event_id]))
    ]
    replace_waiting(session, [(item, outcome) for item, outcome in judged if isinstance(outcome, Quarantine)])
    release_waiting(session, [waited[item.event_id] for item in released], now)
    add_released(session, released, words.measures, now)
    return Replayed(len(released), len(judged) - len(released), numbers[-1])


def _is_too_early(item: RecordedEvent, waited: Waiting) -> bool:
    """Whether it came so early that somebody must look at it, although its time has come."""
    is_early = waited.quarantine.reason is QuarantineReason.FUTURE_TIME
    return is_early and not is_due_by_itself(item.event.occurred_at, item.received_at)
