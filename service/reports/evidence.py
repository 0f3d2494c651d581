"""The evidence of a statement: which events each metric of a person's month rests on, receipt by receipt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.counting import RecordedEvent
from service.domain.event import JsonValue
from service.domain.metric import MetricSet
from service.domain.period import Period
from service.plans.words import words_of
from service.store.days import count_recorded
from service.store.events import list_events_behind
from service.store.vocabulary import list_vocabularies

RECEIPTS_SHOWN = 100
"""Receipts a statement shows of one metric; the rest are a page away (`/v1/statements/.../events`)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One event behind a metric: what it added, in the metric's natural unit as exact text."""

    metric: str
    receipt_id: str
    type: str
    occurred_at: datetime
    value: str

    def as_json(self) -> dict[str, JsonValue]:
        """For the API."""
        return {
            "metric": self.metric,
            "receipt_id": self.receipt_id,
            "type": self.type,
            "occurred_at": self.occurred_at.isoformat(),
            "value": self.value,
        }


def get_evidence(
    session: Session, person_id: str, period: Period, metrics: Iterable[str], known_at: datetime | None = None
) -> list[Evidence]:
    """The events behind some metrics of a person's month, in the order they happened.

    With `known_at` only those that had been received by then: what a close has seen.
    """
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    known = words.measures.in_force(period.last_day)
    if known is None:
        return []
    wanted = set(metrics) & set(known.metrics)
    types = {event_type for name in wanted for event_type in known.metrics[name].types}
    behind = list_events_behind(session, person_id, period.first_day, period.last_day, types)
    received = [item for item in behind if known_at is None or item.received_at <= known_at]
    found = [
        _evidence(recorded, known, part.metric_id, part.value)
        for recorded, counted in count_recorded(session, received, words.measures)
        for part in counted.contributions
        if part.person_id == person_id and part.metric_id in wanted and Period.of(part.day) == period
    ]
    return sorted(found, key=lambda item: (item.metric, item.occurred_at, item.receipt_id))


def summary(evidence: Iterable[Evidence]) -> list[dict[str, JsonValue]]:
    """Per metric the number of its events and their receipts, as far as a statement shows them."""
    by_metric: dict[str, list[Evidence]] = {}
    for item in evidence:
        by_metric.setdefault(item.metric, []).append(item)
    return [
        {
            "metric": metric,
            "events": len(items),
            "receipts": [item.receipt_id for item in items[:RECEIPTS_SHOWN]],
        }
        for metric, items in sorted(by_metric.items())
    ]


def _evidence(recorded: RecordedEvent, metrics: MetricSet, metric: str, value: int) -> Evidence:
    event = recorded.event
    shown = str(metrics.metrics[metric].to_value(value))
    return Evidence(metric, event.receipt_id, event.type, event.occurred_at, shown)
