"""What a person's latest events counted for, and why some of them did not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from service.domain.conversion import Conversion
from service.domain.correction import withdrawn
from service.domain.counting import Measures, parties_of, subjects_of
from service.domain.event import Event, JsonValue
from service.domain.fact import Party, contributions
from service.domain.hold import Hold
from service.domain.metric import Condition, Metric, MetricSet, failure
from service.domain.metric_guard import Guard
from service.domain.person import Aliases
from service.plans import vocabulary_from_document
from service.reports.records import record_urls
from service.store.aliases import list_aliases
from service.store.corrections import list_corrections_around
from service.store.days import find_held, list_left_out
from service.store.derived_tables import event_credit
from service.store.events import list_events, list_events_of_day
from service.store.tables import event
from service.store.vocabulary import get_vocabulary

Identity = tuple[str, str]
"""A source and an external id."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event is not counted in a metric: the condition it missed and what the event said."""

    metric: Metric
    condition: Condition
    value: JsonValue


@dataclass(frozen=True, slots=True)
class TooOften:
    """Why an event is not counted in a metric: the guard that left it out, and what the guard allows."""

    metric: Metric
    guard: Guard
    limit: int


@dataclass(frozen=True, slots=True)
class Activity:
    """One event of a person: what it counted for, what it nearly counted for, and who decides if it is held."""

    receipt_id: str
    event: Event
    day: date
    late: bool
    is_withdrawn: bool
    counted: tuple[tuple[Metric, int], ...]
    refusals: tuple[Refusal, ...]
    too_often: tuple[TooOften, ...] = ()
    hold: Hold | None = None
    link: str = ""
    conversion: Conversion | None = None


def list_activity(session: Session, person_id: str, day: date, metrics: Collection[str], limit: int) -> list[Activity]:
    """The latest events of a person's day, the newest first, judged by these metrics."""
    document = get_vocabulary(session, day)
    if document is None:
        return []
    vocabulary = vocabulary_from_document(document).metrics
    own = replace(vocabulary, metrics={name: item for name, item in vocabulary.metrics.items() if name in metrics})
    newest = (event.c.occurred_at.desc(), event.c.event_id.desc())
    numbers = [row.event_id for row in session.execute(_events(person_id, day).order_by(*newest).limit(limit))]
    recorded = {item.event_id: item for item in list_events(session, numbers)}
    found = [recorded[number] for number in numbers]
    events = [one.event for one in found]
    gone, held = _not_standing(session, events)
    out, links = _too_often(session, person_id, day, own), _links(session, events)
    activities = []
    for one in found:
        item = one.event
        name = (item.source_id, item.external_id)
        too_often = out.get(name, ())
        left = {one.metric.id for one in too_often}
        parties = parties_of(item, _aliases(session, item), one.day, shares_hold=one.shares_hold)
        counted = _counted(item, parties, person_id, own)
        activities.append(
            Activity(
                item.receipt_id,
                item,
                one.day,
                one.late,
                name in gone,
                tuple((metric, value) for metric, value in counted if metric.id not in left),
                tuple(_refusals(item, own)),
                too_often,
                held.get(name),
                links.get(name) or "",
                one.conversion,
            )
        )
    return activities


def count_activity(session: Session, person_id: str, day: date) -> tuple[int, datetime | None]:
    """How many events a person's day has, and when the newest of them arrived."""
    query = _events(person_id, day).with_only_columns(func.count(), func.max(event.c.received_at))
    count, newest = session.execute(query).one()
    return count, newest


def _events(person_id: str, day: date) -> Select[tuple[int]]:
    return (
        select(event.c.event_id)
        .join_from(event_credit, event, event.c.event_id == event_credit.c.event_id)
        .where(event_credit.c.person_id == person_id, event_credit.c.day == day)
    )


def _too_often(session: Session, person_id: str, day: date, metrics: MetricSet) -> dict[Identity, tuple[TooOften, ...]]:
    """What guards left out of a person's day, by event."""
    if not metrics.guarded:
        return {}
    events = list_events_of_day(session, person_id, day)
    names = {item.event_id: (item.event.source_id, item.event.external_id) for item in events}
    found: dict[Identity, tuple[TooOften, ...]] = {}
    for one in list_left_out(session, events, Measures(((date.min, metrics),))):
        guards = metrics.metrics[one.metric_id].guards
        if guards is not None and (one.person_id, one.day) == (person_id, day):
            name = names[one.event_id]
            told = TooOften(metrics.metrics[one.metric_id], one.guard, guards.limit(one.guard))
            found[name] = (*found.get(name, ()), told)
    return found


def _links(session: Session, events: Sequence[Event]) -> dict[Identity, str | None]:
    """Where the records behind events are to be seen."""
    found: dict[Identity, str | None] = {}
    for source_id in sorted({item.source_id for item in events}):
        own = [item for item in events if item.source_id == source_id]
        urls = record_urls(session, source_id, [(item.type, item.data) for item in own])
        found |= {(source_id, item.external_id): url for item, url in zip(own, urls, strict=True)}
    return found


def _not_standing(session: Session, events: Sequence[Event]) -> tuple[set[Identity], dict[Identity, Hold]]:
    """The events that were taken back or replaced, and those that are held."""
    gone: set[Identity] = set()
    held: dict[Identity, Hold] = {}
    for source_id in sorted({item.source_id for item in events}):
        names = [item.external_id for item in events if item.source_id == source_id]
        corrections = list_corrections_around(session, source_id, names)
        gone |= {(source_id, name) for name in withdrawn(names, corrections)}
        held |= {(source_id, name): hold for name, hold in find_held(session, source_id, names, corrections).items()}
    return gone, held


def _aliases(session: Session, item: Event) -> Aliases:
    return Aliases(list_aliases(session, item.source_id, subjects_of(item)))


def _counted(
    item: Event, parties: Sequence[Party], person_id: str, metrics: MetricSet
) -> tuple[tuple[Metric, int], ...]:
    added = contributions(item, parties, metrics)
    return tuple((metrics.metrics[part.metric_id], part.value) for part in added if part.person_id == person_id)


def _refusals(item: Event, metrics: MetricSet) -> list[Refusal]:
    """Near misses only: an outgoing call is not told that it is no incoming one."""
    found = []
    for metric in metrics.of_type(item.type):
        missed = [condition for condition in metric.where if failure(condition, item.data.get(condition.field))]
        if missed and all(not condition.one_of for condition in missed):
            found.append(Refusal(metric, missed[0], item.data.get(missed[0].field)))
    return found
