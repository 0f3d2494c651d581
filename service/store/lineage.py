"""The way back from a person's month to the events behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session

from service.domain.counting import Measures, RecordedEvent
from service.domain.metric import Metric
from service.domain.period import Period
from service.domain.statement import Evidence, MonthEvents
from service.store.days import count_recorded
from service.store.derived_tables import event_correction, event_credit
from service.store.events import list_events_behind
from service.store.intake_tables import event_release
from service.store.scorecards import PersonMonth
from service.store.tables import event, event_identity
from service.store.trust_tables import event_hold


def list_late_receipts(session: Session, month: PersonMonth, since: datetime) -> tuple[str, ...]:
    """Receipts of a month's events, and of corrections of them, that came, were let in or held since an instant."""
    came = or_(
        event.c.received_at > since,
        exists().where(event_release.c.event_id == event.c.event_id, event_release.c.released_at > since),
        exists().where(event_hold.c.event_id == event.c.event_id, event_hold.c.held_at > since),
    )
    own = _events(month, event.c.receipt_id).where(came)
    known = _events(month, event.c.source_id, event.c.external_id).subquery()
    correction = event_correction.c
    of_them = (correction.source_id == known.c.source_id) & (correction.target == known.c.external_id)
    of_it = (event_identity.c.source_id == correction.source_id) & (
        event_identity.c.external_id == correction.external_id
    )
    corrected = (
        select(event.c.receipt_id)
        .join_from(known, event_correction, of_them)
        .join(event_identity, of_it)
        .join(event, event.c.event_id == event_identity.c.event_id)
        .where(came)
    )
    return tuple(sorted({*session.scalars(own), *session.scalars(corrected)}))


def get_month_events(session: Session, month: PersonMonth, measures: Measures) -> MonthEvents:
    """Count and hash the events of a person's month, and name those behind metrics that have few."""
    rows = session.execute(_events(month, event.c.receipt_id, event.c.type)).all()
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.type] = counts.get(row.type, 0) + 1
    digest = hashlib.sha256("\n".join(sorted(row.receipt_id for row in rows)).encode()).hexdigest()
    events = MonthEvents(counts, digest)
    metrics = measures.in_force(month[1].last_day)
    few = events.few_of(metrics.metrics.values()) if metrics else []
    return replace(events, evidence=list_evidence(session, month, few, measures))


def list_evidence(session: Session, month: PersonMonth, metrics: Collection[str], measures: Measures) -> list[Evidence]:
    """The events behind these metrics of a person's month as known now, by metric and time."""
    person_id, period = month
    known = measures.in_force(period.last_day)
    if known is None:
        return []
    wanted = sorted(set(metrics) & set(known.metrics))
    types = {name for metric in wanted for name in known.metrics[metric].types}
    behind = list_events_behind(session, person_id, period.first_day, period.last_day, types)
    found = [
        _evidence(recorded, known.metrics[part.metric_id], part.value)
        for recorded, counted in count_recorded(session, behind, measures)
        for part in counted.contributions
        if part.person_id == person_id and part.metric_id in wanted and Period.of(part.day) == period
    ]
    return sorted(found, key=lambda item: (item.metric, item.occurred_at, item.receipt_id))


def _evidence(recorded: RecordedEvent, metric: Metric, value: int) -> Evidence:
    told = recorded.event
    return Evidence(metric.id, told.receipt_id, told.type, told.occurred_at, str(metric.to_value(value)))


def _events(month: PersonMonth, *columns: ColumnElement[Any]) -> Select[Any]:
    person_id, period = month
    credit = event_credit.c
    return (
        select(*columns)
        .join_from(event_credit, event, event.c.event_id == credit.event_id)
        .where(credit.person_id == person_id, credit.day >= period.first_day, credit.day <= period.last_day)
        .distinct()
    )
