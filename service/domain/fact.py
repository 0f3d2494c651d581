"""Facts: what an event adds to which metric of which person on which day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from service.domain.event import Event, JsonValue, Part
from service.domain.metric import (
    UNKNOWN,
    Aggregation,
    CreditRule,
    Metric,
    MetricSet,
    day_in,
    failure,
    meets,
    number_in,
    size_in,
)
from service.domain.money import Exact, round_half_up, split_largest_remainder

REFUND = "payment.refunded"
"""The one type whose positive amount enters a sum negated, and only where a metric lists it."""

SLICE_VALUE_LENGTH = 64
"""Characters kept of one value in a slice, so that a fact's key stays far below what an index can hold."""

_OWNING = (Part.OWNER, Part.CLOSER, Part.FARMER)
"""The parts that own a deal, the first that is played before the others."""

WHOLE = Fraction(100)
"""All shares of a deal in percent."""


@dataclass(frozen=True, slots=True)
class Party:
    """A person with a part in the event, perhaps with an approved share of its money in percent."""

    person_id: str
    part: Part
    share_percent: Exact | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one event adds to one fact; `key` is the counted thing of a distinct metric."""

    person_id: str
    day: date
    metric_id: str
    slice: str
    value: int
    key: str = ""


def contributions(event: Event, parties: Sequence[Party], metrics: MetricSet) -> list[Contribution]:
    """Everything an event adds to the facts, for all metrics that listen to it."""
    found: list[Contribution] = []
    own_day, owner = metrics.day_of(event), owner_of(parties)
    for metric in metrics.of_type(event.type):
        if not _counts(event, metric, metrics):
            continue
        day = own_day if metric.day_field is None else _day(event, metric, metrics)
        if day is None:
            continue
        name = slice_of(event, metric, metrics)
        counts_keys = metric.aggregation is Aggregation.DISTINCT
        key = text_in(event.data.get(metric.field)) if counts_keys else ""
        if counts_keys and not key:
            continue
        value = _value(event, metric)
        if metric.credit is not CreditRule.OWNER:
            shared = _credited(metric, parties, metrics, value)
            found += [Contribution(person, day, metric.id, name, part, key) for person, part in shared]
        elif owner:
            found.append(Contribution(owner, day, metric.id, name, value, key))
    return found


def not_counted(event: Event, metrics: MetricSet) -> list[tuple[str, str]]:
    """Which metrics listen to this type of event and still do not count it, each with the reason."""
    answers: list[tuple[str, str]] = []
    for metric in metrics.of_type(event.type):
        reasons = _refusals(event, metric, metrics)
        if _day(event, metric, metrics) is None:
            reasons.append(f"{metric.day_field} holds no day")
        if reasons:
            answers.append((metric.id, f"Not counted as {metric.title}: {'; '.join(reasons)}."))
    return answers


def day_facts(found: Iterable[Contribution], metrics: MetricSet) -> list[Contribution]:
    """Fold contributions, given in the order of their events, into one per fact; distinct keeps one per key."""
    folded: dict[tuple[str, date, str, str, str], int] = {}
    for item in found:
        place = (item.person_id, item.day, item.metric_id, item.slice, item.key)
        before = folded.get(place)
        aggregation = metrics.metrics[item.metric_id].aggregation
        folded[place] = item.value if before is None else _fold(aggregation, before, item.value)
    return [
        Contribution(who, day, metric, name, folded[who, day, metric, name, key], key)
        for who, day, metric, name, key in sorted(folded)
    ]


def slice_of(event: Event, metric: Metric, metrics: MetricSet) -> str:
    """The slice of a fact as one canonical text: `customer_kind=new;talk_band=1_to_3_min`."""
    return ";".join([f"{name}={_slice_value(event, name, metrics)}" for name in metric.ordered_slices])


def _slice_value(event: Event, name: str, metrics: MetricSet) -> str:
    band = metrics.bands.get(name)
    if band is not None:
        number = size_in(event.data.get(band.of))
        return UNKNOWN if number is None else band.name_of(number)
    text = text_in(event.data.get(name))
    if text.isalnum():
        return text[:SLICE_VALUE_LENGTH]
    for sign, code in (("%", "%25"), (";", "%3B"), ("=", "%3D")):
        text = text.replace(sign, code)
    return text[:SLICE_VALUE_LENGTH] or UNKNOWN


def _fold(aggregation: Aggregation, before: int, now: int) -> int:
    match aggregation:
        case Aggregation.COUNT | Aggregation.SUM:
            return before + now
        case Aggregation.MAX:
            return max(before, now)
        case Aggregation.LAST:
            return now
        case Aggregation.DISTINCT | Aggregation.RATIO:
            return before


def _counts(event: Event, metric: Metric, metrics: MetricSet) -> bool:
    data = event.data
    for condition in metric.where:
        if not meets(condition, data.get(condition.field)):
            return False
    return metric.only_counts or not _unreadable(event, metric, metrics)


def _refusals(event: Event, metric: Metric, metrics: MetricSet) -> list[str]:
    failures = [failure(condition, event.data.get(condition.field)) for condition in metric.where]
    return [reason for reason in failures if reason] + _unreadable(event, metric, metrics)


def _unreadable(event: Event, metric: Metric, metrics: MetricSet) -> list[str]:
    """Why the field that a metric adds up says nothing."""
    reasons: list[str] = []
    if metric.aggregation is not Aggregation.COUNT and event.data.get(metric.field) is None:
        reasons.append(f"{metric.field} is missing")
    elif metric.aggregation in {Aggregation.SUM, Aggregation.MAX, Aggregation.LAST}:
        reasons.append("" if number_in(event.data.get(metric.field)) is not None else f"{metric.field} is not a number")
    if metric.value_type.name == "money":
        reasons.append(_foreign(event, metric, metrics.currency))
    return [reason for reason in reasons if reason]


def _foreign(event: Event, metric: Metric, currency: str) -> str:
    named = _currency(event, metric)
    return "" if named in (None, currency) else f"the amount is in {named} and the company keeps {currency}"


def _currency(event: Event, metric: Metric) -> str | None:
    value = event.data.get(metric.field)
    named = value.get("currency") if isinstance(value, dict) else None
    named = event.data.get("currency") if named is None else named
    return None if named is None else str(named)


def _day(event: Event, metric: Metric, metrics: MetricSet) -> date | None:
    if metric.day_field is None:
        return metrics.day_of(event)
    text = event.data.get(metric.day_field)
    if not isinstance(text, str):
        return None
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-01") else _moment_day(text, metrics.timezone)
    except ValueError:
        return None


def _moment_day(text: str, timezone: str) -> date:
    return day_in(datetime.fromisoformat(text), timezone)


def _value(event: Event, metric: Metric) -> int:
    if metric.aggregation in {Aggregation.COUNT, Aggregation.DISTINCT}:
        return 1
    number = number_in(event.data.get(metric.field)) or Fraction(0)
    stored = round_half_up(number * 10**metric.value_type.places)
    return -stored if event.type == REFUND and metric.aggregation is Aggregation.SUM else stored


def _credited(metric: Metric, parties: Sequence[Party], metrics: MetricSet, value: int) -> list[tuple[str, int]]:
    match metric.credit:
        case CreditRule.OWNER:
            owner = owner_of(parties)
            return [(owner, value)] if owner else []
        case CreditRule.LEAD_SOURCE:
            source = _first(parties, Part.LEAD_SOURCE)
            return [(source, value)] if source else []
        case CreditRule.DEAL_TEAM:
            return _team_credit(metric, shares_of(parties, metrics), owner_of(parties), value)


def _team_credit(metric: Metric, shares: dict[str, Fraction], owner: str, value: int) -> list[tuple[str, int]]:
    if not shares:
        return []
    if metric.value_type.name != "money":
        largest = max(shares, key=lambda person: (shares[person], person == owner))
        return [(largest, value)]
    people = list(shares)
    return list(zip(people, split_largest_remainder(value, [shares[person] for person in people]), strict=True))


def shares_of(parties: Sequence[Party], metrics: MetricSet) -> dict[str, Fraction]:
    """Each person's share of the money of a deal in percent, by person; nobody with nothing is listed.

    A share that was sent (and approved) holds; else the company's share of the part, divided evenly among those who
    play it. What is left of the whole goes to the owner.
    """
    owner = owner_of(parties)
    shares = {person: Fraction(0) for person in sorted({party.person_id for party in parties})}
    for party in parties:
        shares[party.person_id] += _share(party, parties, metrics)
    if owner:
        shares[owner] += max(WHOLE - sum(shares.values()), Fraction(0))
    return {person: share for person, share in shares.items() if share > 0}


def _share(party: Party, parties: Sequence[Party], metrics: MetricSet) -> Fraction:
    if party.share_percent is not None:
        return Fraction(party.share_percent)
    alike = sum(1 for other in parties if other.part is party.part)
    return metrics.credits.shares.get(party.part, Fraction(0)) / alike


def owner_of(parties: Sequence[Party]) -> str:
    """Whoever owns what an event tells of; empty if nobody does."""
    if len(parties) == 1:
        # Nearly every event has one, who owns it; whoever only brought a lead or lent a hand owns nothing.
        return parties[0].person_id if parties[0].part in _OWNING else ""
    return next(filter(None, (_first(parties, part) for part in _OWNING)), "")


def _first(parties: Sequence[Party], part: Part) -> str:
    return next((party.person_id for party in parties if party.part is part), "")


def text_in(value: JsonValue) -> str:
    """A value as one text, the same for the same value; empty for nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value.normalize(), "f")
        case _:
            return str(value)
