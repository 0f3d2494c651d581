"""Admission: whether an event may count yet, or waits, and for what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from service.domain.conversion import (
    MONEY_FIELDS,
    Amount,
    Conversion,
    convert,
    foreign_amounts,
    in_company_money,
    names_another,
    why_not_converted,
)
from service.domain.counting import Counted, Measures, RecordedEvent, count, out_of_bounds, subjects_of
from service.domain.delivery import Trust
from service.domain.event import Event, Operation, Quarantine, QuarantineReason
from service.domain.exchange_rate import EURO, Rates
from service.domain.metric import Metric, number_in
from service.domain.person import Aliases
from service.domain.waiting import is_due_by_itself

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far a sender's clock may be ahead of ours; further ahead is a mistake nobody may be paid for."""

KnowsType = Callable[[str, date], bool]
"""Whether a type of event is known on a day."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What is needed to judge events: who is who, what is measured, which types are known, and what time it is.

    `rates` are those that the events may need; their money is converted before they are judged.
    `max_age` is given for events that arrive; whoever was let in once is never too old later. `trusts` is asked for
    the trust of a delivery where a metric demands one; `vouched` are the numbers of events that a person answers for.
    """

    aliases: Aliases
    measures: Measures
    knows_type: KnowsType
    now: datetime
    rates: Rates
    max_age: timedelta | None = None
    trusts: Mapping[str, Trust] = field(default_factory=dict)
    vouched: Collection[int] = ()


def judge(recorded: RecordedEvent, own: Quarantine | None, gate: Gate) -> Counted | Quarantine:
    """What an event adds, or why it waits; `own` is what its adapter found. A void has nothing to wait for."""
    event = recorded.event
    if event.op is not Operation.VOID:
        if own is not None and not _mended(own, recorded, gate):
            return own
        reason = _wrong_time(recorded, gate) or _unknown(recorded, gate)
        if reason is not None:
            return reason
        foreign = _foreign_money(recorded, gate)
        if foreign is not None:
            return foreign
    counted = count(recorded, gate.aliases, gate.measures)
    if out_of_bounds(counted):
        return Quarantine(
            QuarantineReason.AMOUNT_OUT_OF_BOUNDS,
            "A number or a slice of it is larger than a metric can hold. Ask the sender to correct it.",
        )
    return _low_trust(recorded, counted, gate) or counted


def currency_of(measures: Measures, day: date) -> str:
    """The company's currency on a day."""
    metrics = measures.known_on(day)
    return metrics.currency if metrics else EURO


def foreign_money(recorded: RecordedEvent, measures: Measures) -> list[Amount]:
    """The amounts of an event that are not in the company's currency, and were not converted."""
    home = currency_of(measures, recorded.day)
    event = recorded.event
    if not names_another(event, home):
        return []
    added_up = {metric.field for _, metrics in measures.versions for metric in metrics.of_money(event.type)}
    return foreign_amounts(event, home, MONEY_FIELDS | added_up)


def with_company_money(recorded: RecordedEvent, measures: Measures, rates: Rates) -> RecordedEvent:
    """The event with its money in the company's currency; as it is where nothing is foreign or a rate is missing."""
    found = _conversion(recorded, measures, rates)
    if not isinstance(found, Conversion):
        return recorded
    return replace(recorded, event=in_company_money(recorded.event, found), conversion=found)


def unresolved(event: Event, aliases: Aliases, day: date) -> list[str]:
    """The user ids of an event that belong to nobody on that day."""
    return [name for name in subjects_of(event) if aliases.person(event.source_id, name, day) is None]


def _mended(own: Quarantine, recorded: RecordedEvent, gate: Gate) -> bool:
    unmapped = own.reason is QuarantineReason.UNMAPPED_TYPE
    return unmapped and gate.knows_type(recorded.event.type, recorded.day)


def _wrong_time(recorded: RecordedEvent, gate: Gate) -> Quarantine | None:
    occurred_at = recorded.event.occurred_at
    if occurred_at > gate.now + CLOCK_TOLERANCE:
        return Quarantine(
            QuarantineReason.FUTURE_TIME,
            f"It says it happened at {occurred_at:%Y-%m-%d %H:%M} UTC, which is still to come. "
            + (
                "It counts when due."
                if is_due_by_itself(occurred_at, recorded.received_at)
                else "That is more than a day ahead, so it never counts by itself: ask the sender to correct it."
            ),
        )
    if gate.max_age is not None and occurred_at < recorded.received_at - gate.max_age:
        return Quarantine(
            QuarantineReason.TOO_OLD,
            f"It happened on {recorded.day}, more than {gate.max_age.days} days before it came; "
            "the source takes nothing older.",
        )
    return None


def _foreign_money(recorded: RecordedEvent, gate: Gate) -> Quarantine | None:
    """Money of which we do not know what it is in the company's currency must not pass for counted."""
    unconverted = _conversion(recorded, gate.measures, gate.rates)
    if unconverted is None:
        return None
    assert isinstance(unconverted, str), "the money of an event is converted before the event is judged"
    detail = why_not_converted(unconverted, currency_of(gate.measures, recorded.day), recorded.day)
    return Quarantine(QuarantineReason.UNKNOWN_CURRENCY, detail, currency=unconverted)


def _conversion(recorded: RecordedEvent, measures: Measures, rates: Rates) -> Conversion | str | None:
    foreign = foreign_money(recorded, measures)
    return convert(foreign, currency_of(measures, recorded.day), recorded.day, rates) if foreign else None


def _low_trust(recorded: RecordedEvent, counted: Counted, gate: Gate) -> Quarantine | None:
    """An event waits whole if one metric it adds to demands more: half of it would tell another story."""
    if recorded.event_id in gate.vouched:
        return None
    found = gate.trusts.get(recorded.delivery_id, Trust.NONE)
    for part in counted.contributions:
        metrics = gate.measures.in_force(part.day)
        metric = metrics.metrics[part.metric_id] if metrics is not None else None
        asked = 0 if metric is None else _level_asked(metric, recorded.event)
        if metric is not None and asked > found:
            return Quarantine(
                QuarantineReason.LOW_TRUST,
                f"It came with trust {found.value}, and {metric.title} asks for {asked}. "
                "Let the source sign what it sends, or let a person answer for it.",
            )
    return None


def _level_asked(metric: Metric, event: Event) -> int:
    demand = metric.trust
    if demand is None:
        return Trust.NONE.value
    amount = number_in(event.data.get(metric.field)) or Fraction(0)
    if demand.start is not None and abs(amount) < Fraction(demand.start):
        return Trust.NONE.value
    return demand.level


def _unknown(recorded: RecordedEvent, gate: Gate) -> Quarantine | None:
    event = recorded.event
    if not gate.knows_type(event.type, recorded.day):
        return Quarantine(
            QuarantineReason.UNMAPPED_TYPE,
            f'Nothing is known of the type "{event.type}". Declare it under events: in rules/_org.yaml.',
        )
    names: Sequence[str] = unresolved(event, gate.aliases, recorded.day)
    if names:
        return Quarantine(
            QuarantineReason.UNRESOLVED_SUBJECT,
            f'"{names[0]}" of {event.source_id} is nobody we know on {recorded.day}. Give that person this alias.',
            names[0],
        )
    if not subjects_of(event):
        return Quarantine(
            QuarantineReason.UNRESOLVED_SUBJECT,
            "It names nobody who did it, so it counts for nobody. Ask the sender for the user id.",
        )
    return None
