"""A metric: a named thing we measure, what it counts, whom it credits, and in which unit it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as field_of
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from service.domain.event import Event, JsonValue, Part
from service.domain.metric_guard import Guards, TrustDemand
from service.domain.money import Exact

MONEY_PLACES = 2
"""Decimal places of stored money: everything we pay in has cents."""

ZONES_KEPT = 8
"""Time zones kept in a process: a company has one, and perhaps had another."""

MOMENTS_KEPT = 1_024
"""Moments whose day is kept in a process: each event of a batch asks for its own three times."""

UNKNOWN = "unknown"
"""What a slice says when the event does not carry the field."""

_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?")


class Aggregation(StrEnum):
    """How the events of a metric become one number."""

    COUNT = "count"
    SUM = "sum"
    DISTINCT = "distinct"
    MAX = "max"
    LAST = "last"
    RATIO = "ratio"


class CreditRule(StrEnum):
    """Who gets a metric: the owner, the source of the lead, or the team of the deal by shares."""

    OWNER = "owner"
    LEAD_SOURCE = "lead_source"
    DEAL_TEAM = "deal_team"


class Better(StrEnum):
    """Which direction is good."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a field of the event must be: one of some values, or a number between limits (both included)."""

    field: str
    one_of: tuple[JsonValue, ...] = ()
    minimum: Exact | None = None
    maximum: Exact | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "minimum", _plain_if_whole(self.minimum))
        object.__setattr__(self, "maximum", _plain_if_whole(self.maximum))


@dataclass(frozen=True, slots=True)
class ValueType:
    """The unit of a metric: `num` whole, `money` in minor units, `decimal` kept as value x 10^places."""

    name: str = "num"
    places: int = 0


@dataclass(frozen=True, slots=True)
class Metric:
    """One definition from rules/_org.yaml; a ratio has `of` and `over` and no events of its own."""

    id: str
    title: str
    aggregation: Aggregation
    title_bg: str = ""
    types: tuple[str, ...] = ()
    field: str = ""
    where: tuple[Condition, ...] = ()
    day_field: str | None = None
    credit: CreditRule = CreditRule.OWNER
    value_type: ValueType = ValueType()
    better: Better = Better.HIGHER
    slices: tuple[str, ...] = ()
    of: str = ""
    over: str = ""
    min_over: int = 0
    otherwise: Fraction = Fraction(0)
    guards: Guards | None = None
    trust: TrustDemand | None = None

    is_additive: bool = field_of(init=False, repr=False, compare=False, default=False)
    """Whether a new event may simply be added to the fact; every other metric is rebuilt by day."""
    only_counts: bool = field_of(init=False, repr=False, compare=False, default=False)
    """Whether no field of the event is added up, so that none can be unreadable."""
    ordered_slices: tuple[str, ...] = field_of(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        # Asked for every event, and a definition never changes.
        object.__setattr__(self, "is_additive", self.aggregation in {Aggregation.COUNT, Aggregation.SUM})
        object.__setattr__(self, "only_counts", self.aggregation is Aggregation.COUNT and not self.is_money)
        object.__setattr__(self, "ordered_slices", tuple(sorted(self.slices)))

    @property
    def is_money(self) -> bool:
        """Whether its values are amounts of money."""
        return self.value_type.name == "money"

    def to_value(self, stored: int) -> Fraction:
        """The stored whole number in natural units: cents become currency units."""
        return Fraction(stored, 10**self.value_type.places)


@dataclass(frozen=True, slots=True)
class Limit:
    """One named stretch of a band, up to and including `maximum`; the last one is open."""

    name: str
    maximum: Exact | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "maximum", _plain_if_whole(self.maximum))


@dataclass(frozen=True, slots=True)
class Band:
    """A word computed from a number of the event, such as the talk-time band of a call."""

    id: str
    of: str
    limits: tuple[Limit, ...]

    def name_of(self, value: Exact) -> str:
        """The name of the stretch that holds the value; an upper limit belongs to the lower stretch."""
        for limit in self.limits:
            if limit.maximum is None or value <= limit.maximum:
                return limit.name
        return UNKNOWN


@dataclass(frozen=True, slots=True)
class Credits:
    """The default shares of a deal's money in percent by part; what a missing part would get goes to the owner."""

    shares: Mapping[Part, Fraction] = field_of(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MetricSet:
    """All metrics of the company with what is needed to read an event: bands, credit shares, zone and currency."""

    metrics: Mapping[str, Metric]
    bands: Mapping[str, Band] = field_of(default_factory=dict)
    credits: Credits = Credits()
    timezone: str = "UTC"
    currency: str = "EUR"
    listeners: Mapping[str, tuple[Metric, ...]] = field_of(init=False, repr=False, compare=False)
    money_listeners: Mapping[str, tuple[Metric, ...]] = field_of(init=False, repr=False, compare=False)
    guarded: frozenset[str] = field_of(init=False, repr=False, compare=False)
    """The metrics with guards: their days are made again."""

    def __post_init__(self) -> None:
        listeners: dict[str, tuple[Metric, ...]] = {}
        for metric in self.metrics.values():
            for event_type in metric.types:
                listeners[event_type] = (*listeners.get(event_type, ()), metric)
        # Asked for every event, and the metrics of a set never change.
        object.__setattr__(self, "listeners", listeners)
        of_money = {name: tuple(item for item in found if item.is_money) for name, found in listeners.items()}
        object.__setattr__(self, "money_listeners", of_money)
        guarded = {metric.id for metric in self.metrics.values() if metric.guards is not None}
        object.__setattr__(self, "guarded", frozenset(guarded))

    def of_type(self, event_type: str) -> tuple[Metric, ...]:
        """The metrics that listen to this type of event."""
        return self.listeners.get(event_type, ())

    def of_money(self, event_type: str) -> tuple[Metric, ...]:
        """Those of them that add up money."""
        return self.money_listeners.get(event_type, ())

    def day_of(self, event: Event) -> date:
        """The company's day on which the event happened."""
        return day_in(event.occurred_at, self.timezone)


@lru_cache(MOMENTS_KEPT)
def day_in(moment: datetime, timezone: str) -> date:
    """The calendar day of a moment in a time zone; a moment without an offset is UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(_zone(timezone)).date()


# Asked several times for every event: the library's own cache costs more than the rest of the answer.
_zone = lru_cache(ZONES_KEPT)(ZoneInfo)


def number_in(value: JsonValue) -> Fraction | None:
    """The exact number in a field of an event: a number, a decimal text, or money as an object; else None."""
    match value:
        case bool() | None:
            return None
        case int() | Decimal():
            return Fraction(value)
        case str() if _NUMBER.fullmatch(value):
            return Fraction(value)
        case dict():
            return number_in(value.get("amount"))
        case _:
            return None


def size_in(value: JsonValue) -> Exact | None:
    """The same number to compare with: a whole one stays an `int`, which compares ten times faster."""
    return value if type(value) is int else number_in(value)


def _plain_if_whole(value: Exact | None) -> Exact | None:
    return int(value) if value is not None and value == int(value) else value


def same(left: JsonValue, right: JsonValue) -> bool:
    """Whether two values say the same; unlike Python, `true` is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right


def meets(condition: Condition, value: JsonValue) -> bool:
    """Whether a value meets a condition; asked some ten times for every event, so it writes no sentence."""
    if condition.one_of:
        # A text equals texts alone; of the others `true` must not pass for 1.
        return value in condition.one_of if type(value) is str else any(same(value, item) for item in condition.one_of)
    number = size_in(value)
    if number is None:
        return False
    low, high = condition.minimum, condition.maximum
    return (low is None or number >= low) and (high is None or number <= high)


def failure(condition: Condition, value: JsonValue) -> str:
    """Why a value does not meet a condition, as the end of a sentence; empty if it does."""
    if meets(condition, value):
        return ""
    if condition.one_of:
        return _unlike(condition, value)
    number = number_in(value)
    if number is None:
        return f"{condition.field} is missing" if value is None else f"{condition.field} is not a number"
    return _outside(condition, number)


def _unlike(condition: Condition, value: JsonValue) -> str:
    wanted = " or ".join(_shown(item) for item in condition.one_of)
    if value is None:
        return f"{condition.field} is missing, wanted {wanted}"
    return f"{condition.field} is {_shown(value)}, wanted {wanted}"


def _outside(condition: Condition, number: Fraction) -> str:
    low, high = condition.minimum, condition.maximum
    seconds = condition.field.endswith("_s")
    unit = " s" if seconds else ""
    if low is not None and number < low:
        word = f"shorter than {_number_text(low)}{unit}" if seconds else f"below {_number_text(low)}"
        return f"{word} ({condition.field} is {_number_text(number)}{unit})"
    assert high is not None, "a number that meets its condition is not outside of it"
    word = f"longer than {_number_text(high)}{unit}" if seconds else f"above {_number_text(high)}"
    return f"{word} ({condition.field} is {_number_text(number)}{unit})"


def _shown(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _number_text(value: Exact) -> str:
    exact = Fraction(value)
    return format((Decimal(exact.numerator) / exact.denominator).normalize(), "f")
