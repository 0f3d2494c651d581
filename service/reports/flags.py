"""Flags of recent months: which months are to be looked at again, what is found in them, and what is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain.flag import Flag, FlagQuery, Seen
from service.domain.odd_events import LOOK_AROUND, TYPES_AROUND, Minimums, flags_of
from service.domain.period import Period
from service.plans.words import words_of
from service.reports.company import company_today
from service.store.events import list_events_around
from service.store.flags import find_look, list_flags
from service.store.vocabulary import list_vocabularies

LOOK_EVERY = timedelta(hours=1)
"""How old a look at a month may be: whoever reviews does so once a day, and a look reads every event of the month."""

FLAGS_SHOWN = 1_000
"""Flags of one answer; more are asked for by person or month."""


def due_months(session: Session, now: datetime) -> list[Period]:
    """The present month and the one before, as far as nobody looked lately."""
    present = Period.of(company_today(session, now))
    before = Period.of(present.first_day - timedelta(days=1))
    looks = {period: find_look(session, period) for period in (before, present)}
    return [period for period, at in looks.items() if at is None or at <= now - LOOK_EVERY]


def find_flags(session: Session, period: Period) -> list[Flag]:
    """What looks odd in a month, from its counted events and those around it."""
    seen = [
        Seen(item.event, item.person_id or "", item.day, item.received_at)
        for item in list_events_around(session, period, LOOK_AROUND, TYPES_AROUND)
    ]
    known = [one for one in seen if one.person_id or one.event.op is not None]
    return [flag for flag in flags_of(known, period, _minimums(session, period)) if flag.person_id]


def flag_documents(session: Session, wanted: FlagQuery) -> list[dict[str, object]]:
    """The wanted flags as they are shown."""
    return list_flags(session, wanted, FLAGS_SHOWN)


def _minimums(session: Session, period: Period) -> Minimums:
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    metrics = words.measures.in_force(period.last_day)
    found: dict[str, list[tuple[str, int]]] = {}
    for metric in metrics.metrics.values() if metrics else ():
        for condition in metric.where:
            if isinstance(condition.minimum, int) and condition.minimum > 0:
                for event_type in metric.types:
                    found.setdefault(event_type, []).append((condition.field, condition.minimum))
    return found
