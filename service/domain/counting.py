"""Counting: whom a recorded event concerns on which days, and what it adds to the facts there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from service.domain.conversion import Conversion
from service.domain.event import Event, Operation, Part
from service.domain.fact import Contribution, Party, contributions, day_facts, shares_of, text_in
from service.domain.metric import MetricSet, day_in
from service.domain.metric_guard import Asked, Guard, guard_day
from service.domain.person import Aliases
from service.domain.share_claim import names_shares

DEFAULT_TIMEZONE = "Europe/Sofia"
"""Where the company is until its vocabulary, published with the first plan, says otherwise."""

LARGEST_VALUE = 10**15
"""The most one event may add: ten thousand billion in cents, and small enough that no sum of a month leaves 64 bits."""

SLICE_LENGTH = 255
"""Characters of a slice that a fact's key can hold."""

PersonDay = tuple[str, date]
"""A person and a day: the scope in which facts are made again."""


@dataclass(frozen=True, slots=True)
class Measures:
    """The company's metrics, each version with its first day, the earliest first."""

    versions: tuple[tuple[date, MetricSet], ...] = ()

    def in_force(self, day: date) -> MetricSet | None:
        """The metrics that hold on a day."""
        for starts_on, metrics in reversed(self.versions):
            if starts_on <= day:
                return metrics
        return None

    def known_on(self, day: date) -> MetricSet | None:
        """The metrics that hold on a day, else the first there were: for what a company has from the beginning."""
        return self.in_force(day) or (self.versions[0][1] if self.versions else None)

    @property
    def demands_trust(self) -> bool:
        """Whether any metric ever asked how surely an event comes from its sender."""
        return any(item.trust is not None for _, metrics in self.versions for item in metrics.metrics.values())

    def day_of(self, moment: datetime) -> date:
        """The company's day of a moment."""
        metrics = self.known_on(moment.date())
        return day_in(moment, metrics.timezone if metrics else DEFAULT_TIMEZONE)


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as it is kept: its number, where it came from, its day, and the person its subject was known as.

    `document` is what its sender wrote; where there is a `conversion`, the money of `event` is the company's.
    """

    event_id: int
    event: Event
    document: str
    delivery_id: str
    received_at: datetime
    day: date
    person_id: str | None
    late: bool
    shares_hold: bool = False
    """Whether somebody approved the shares that its sender named."""
    conversion: Conversion | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """One event with everything it adds, and every person and day it concerns (even if it adds nothing there)."""

    event_id: int
    event: Event
    concerns: frozenset[PersonDay]
    contributions: tuple[Contribution, ...]
    claims_shares: bool = False
    """Whether its sender named shares that differ from the company's."""


@dataclass(frozen=True, slots=True)
class Fact:
    """The value of a metric for a person on a day in a slice; for a distinct metric of one counted `key`."""

    person_id: str
    day: date
    metric_id: str
    slice: str
    value: int
    reached_at: datetime | None
    key: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An event that a guard of a metric leaves out of a person's day."""

    event_id: int
    person_id: str
    day: date
    metric_id: str
    guard: Guard


def subjects_of(event: Event) -> list[str]:
    """The user ids an event names, the doer first."""
    own = [event.subject] if event.subject is not None else []
    return own + [claim.subject for claim in event.credit] if event.credit else own


def doer_of(event: Event, aliases: Aliases, day: date) -> str | None:
    """The person the subject of an event is known as."""
    return None if event.subject is None else aliases.person(event.source_id, event.subject, day)


def parties_of(event: Event, aliases: Aliases, day: date, *, shares_hold: bool = False) -> list[Party]:
    """The people who have a part in an event: its subject as owner, unless the sender names the owner, and the others.

    The shares that the sender claims are taken over only if `shares_hold`: until somebody approves them, the company's
    default shares do. With them an owner that the sender gave no share has only what they leave.
    """
    if not event.credit:
        doer = doer_of(event, aliases, day)
        return [] if doer is None else [Party(doer, Part.OWNER)]
    names_owner = any(claim.part is Part.OWNER for claim in event.credit)
    claimed = [(claim.subject, claim.part, claim.share_percent) for claim in event.credit]
    if event.subject is not None and not names_owner:
        claimed.insert(0, (event.subject, Part.OWNER, Decimal(0)))
    people = [(aliases.person(event.source_id, subject, day), part, share) for subject, part, share in claimed]
    return [Party(who, part, share if shares_hold else None) for who, part, share in people if who is not None]


def claims_shares(event: Event, aliases: Aliases, day: date, metrics: MetricSet) -> bool:
    """Whether the sender names shares, and they give anybody another part of the money than the company's."""
    if not names_shares(event):
        return False
    sent = parties_of(event, aliases, day, shares_hold=True)
    return shares_of(sent, metrics) != shares_of(parties_of(event, aliases, day), metrics)


def count(recorded: RecordedEvent, aliases: Aliases, measures: Measures) -> Counted:
    """What an event adds and whom it concerns; a void concerns nobody by itself, only through what it takes back."""
    event = recorded.event
    if event.op is Operation.VOID:
        return Counted(recorded.event_id, event, frozenset(), ())
    parties = parties_of(event, aliases, recorded.day, shares_hold=recorded.shares_hold)
    added = _added(event, recorded.day, parties, measures)
    concerns = {(party.person_id, recorded.day) for party in parties}
    concerns.update([(item.person_id, item.day) for item in added])
    doer = doer_of(event, aliases, recorded.day)
    if doer is not None:
        concerns.add((doer, recorded.day))
    metrics = measures.in_force(recorded.day) if event.credit else None
    claims = metrics is not None and claims_shares(event, aliases, recorded.day, metrics)
    return Counted(recorded.event_id, event, frozenset(concerns), tuple(added), claims)


def out_of_bounds(counted: Counted) -> bool:
    """Whether an event adds more than a fact can hold."""
    return any(abs(part.value) > LARGEST_VALUE or len(part.slice) > SLICE_LENGTH for part in counted.contributions)


def facts_of(counted: Iterable[Counted], measures: Measures) -> list[Fact]:
    """The facts that events make, sorted; the same whatever the order the events come in.

    A fact was reached when the last event happened that raised it.
    """
    ordered = sorted(counted, key=_happened)
    reached: dict[tuple[str, date, str, str, str], datetime] = {}
    by_day: dict[date, list[Contribution]] = {}
    for item in ordered:
        for part in item.contributions:
            by_day.setdefault(part.day, []).append(part)
            if part.value > 0:
                reached[_place(part)] = item.event.occurred_at
    folded: list[Contribution] = []
    for day, parts in by_day.items():
        metrics = measures.in_force(day)
        assert metrics is not None, "something was counted on a day without metrics"
        folded += _counted_keys(parts) + day_facts([part for part in parts if not part.key], metrics)
    facts = [
        Fact(part.person_id, part.day, part.metric_id, part.slice, part.value, reached.get(_place(part)), part.key)
        for part in folded
    ]
    return sorted(facts, key=lambda fact: (fact.person_id, fact.day, fact.metric_id, fact.slice, fact.key))


def left_out(counted: Iterable[Counted], measures: Measures) -> list[LeftOut]:
    """What the guards of metrics leave out, given every event of the days in question; their order does not matter."""
    asked: dict[tuple[str, date, str], list[Counted]] = {}
    for item in counted:
        for part in item.contributions:
            metrics = measures.in_force(part.day)
            if metrics is not None and part.metric_id in metrics.guarded:
                asked.setdefault((part.person_id, part.day, part.metric_id), []).append(item)
    found: list[LeftOut] = []
    for (person_id, day, metric_id), items in asked.items():
        metrics = measures.in_force(day)
        guards = metrics.metrics[metric_id].guards if metrics else None
        assert guards is not None, "only guarded metrics were looked for"
        ordered = sorted(items, key=_happened)
        whom = [Asked(item.event.occurred_at, text_in(item.event.data.get(guards.counterparty))) for item in ordered]
        found += [
            LeftOut(item.event_id, person_id, day, metric_id, guard)
            for item, guard in zip(ordered, guard_day(guards, whom), strict=True)
            if guard is not None
        ]
    return found


def guarded(counted: Sequence[Counted], measures: Measures) -> list[Counted]:
    """The same events without what the guards of metrics leave out."""
    gone = {(item.event_id, item.person_id, item.day, item.metric_id) for item in left_out(counted, measures)}
    if not gone:
        return list(counted)
    return [
        replace(
            item,
            contributions=tuple(
                part
                for part in item.contributions
                if (item.event_id, part.person_id, part.day, part.metric_id) not in gone
            ),
        )
        for item in counted
    ]


def days_to_make_again(counted: Iterable[Counted], measures: Measures) -> set[PersonDay]:
    """The days of people on which an event counts that cannot simply be added: the largest or the last, or guarded."""
    return {
        (part.person_id, part.day)
        for item in counted
        for part in item.contributions
        if not _is_additive(part, measures)
    }


def _is_additive(part: Contribution, measures: Measures) -> bool:
    metrics = measures.in_force(part.day)
    if metrics is None or part.metric_id in metrics.guarded:
        return False
    return bool(part.key) or metrics.metrics[part.metric_id].is_additive


def _happened(item: Counted) -> tuple[datetime, str, str]:
    return (item.event.occurred_at, item.event.source_id, item.event.external_id)


def _added(event: Event, day: date, parties: Sequence[Party], measures: Measures) -> list[Contribution]:
    """What an event adds, each part under the metrics that hold on the day it counts for."""
    found: list[Contribution] = []
    for place, (starts_on, metrics) in enumerate(measures.versions):
        following = measures.versions[place + 1][0] if place + 1 < len(measures.versions) else date.max
        holds = starts_on <= day < following
        # A metric may count on a day that the event names; the other versions matter for those alone.
        if holds or any(metric.day_field for metric in metrics.of_type(event.type)):
            found += [item for item in contributions(event, parties, metrics) if starts_on <= item.day < following]
    return [_with_short_key(item) if item.key else item for item in found]


def _with_short_key(part: Contribution) -> Contribution:
    """A key longer than its column is kept as its hash: as different as the key itself."""
    if len(part.key) <= SLICE_LENGTH:
        return part
    return replace(part, key=hashlib.sha256(part.key.encode()).hexdigest())


def _counted_keys(parts: Sequence[Contribution]) -> list[Contribution]:
    """Per counted thing the number of events that name it."""
    totals: dict[tuple[str, date, str, str, str], int] = {}
    for part in parts:
        if part.key:
            totals[_place(part)] = totals.get(_place(part), 0) + part.value
    return [Contribution(who, day, metric, name, value, key) for (who, day, metric, name, key), value in totals.items()]


def _place(part: Contribution) -> tuple[str, date, str, str, str]:
    return (part.person_id, part.day, part.metric_id, part.slice, part.key)
