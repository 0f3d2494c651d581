"""Values of a vendor brought to the shapes of our fields: texts that hold numbers, naive times, words of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from service.domain.event import JsonValue
from service.domain.mapping import SourceMapping, ValueRule, as_text, value_at
from service.sources.adapter import Account
from service.sources.call import number_hash
from service.sources.event_types import FIELDS, TEXT, TYPES, Field, Shape
from service.sources.local_time import parse_local_time
from service.sources.times import parse_time
from service.sources.values import ValueFault, read_value

STAGES = "stages"
"""The table of stages: an id that it lacks is no mistake of the vendor, somebody must name the stage."""

KEPT_CHARACTERS = 1_000
"""Longest text that is taken over into an event: names, reasons and ids are shorter."""

NAME_CHARACTERS = 255
"""Longest user id."""

WITHOUT_CENTS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF")
)
"""Currencies whose smallest unit is the whole one, as payment systems count them."""

_ELSEWHERE = {name: field for fields in TYPES.values() for name, field in fields.items()}
"""Fields of any type by name: what a type keeps beyond its own fields is spelled as where it belongs."""

_FLAGS = {"1": True, "true": True, "y": True, "yes": True, "0": False, "false": False, "n": False, "no": False}
_EPOCH = re.compile(r"\d{9,13}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,28}(\.\d{1,18})?", re.ASCII)


class UnmappedStageFault(ValueFault):
    """A stage that the mapping has no name for."""

    def __init__(self, stage: str) -> None:
        detail = f'The stage "{stage[:60]}" has no name in the mapping. Add it under stages: and map the source again.'
        super().__init__("unmapped_stage", detail, "")


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes values of events from the fields of an object, as it is and as it was before the change."""

    fields: Mapping[str, JsonValue]
    before: Mapping[str, JsonValue]
    mapping: SourceMapping
    account: Account

    def value(self, event_type: str, name: str, rule: ValueRule) -> JsonValue:
        """The value of a field of an event type; None where the vendor tells none; `ValueFault` for a misshapen one."""
        if rule.fixed is not None:
            return rule.fixed
        found = self._found(rule)
        if as_text(found) == "" and not isinstance(found, dict | list):
            found = rule.default
        if found is None or found == "":
            return None
        field = FIELDS.get(event_type, {}).get(name) or _ELSEWHERE.get(name, TEXT)
        if rule.hashed:
            return self.hashed(as_text(found))
        if rule.minor:
            found = self._from_minor(found)
        try:
            return read_value(field, self._shaped(field, found), f"/{name}")
        except ValueFault as fault:
            raise ValueFault(fault.code, f"{rule.path} of the sender, our {name}: {fault.detail}", "") from None

    def subject(self, rule: ValueRule) -> str | None:
        """A user id of the vendor."""
        found = as_text(self._found(rule)) or as_text(rule.default)
        return found if found and found.isascii() and found.isprintable() and len(found) <= NAME_CHARACTERS else None

    def time(self, path: str) -> datetime | None:
        """A time, where the field holds one."""
        return instant(value_at(self.fields, path), self.account.timezone)

    def hashed(self, number: str) -> str | None:
        """A keyed hash of a telephone number: equal numbers count as one, and nobody computes the number back."""
        return number_hash(number, self.account.number_key) or None

    def _found(self, rule: ValueRule) -> JsonValue:
        was = rule.path.startswith("before.")
        found = value_at(self.before, rule.path[7:]) if was else value_at(self.fields, rule.path)
        if not rule.table:
            return found
        word = as_text(found)
        if not word:
            return None
        table = self.mapping.tables.get(rule.table, {})
        if word in table:
            return table[word]
        if rule.table == STAGES and not was:
            raise UnmappedStageFault(word)
        return rule.default if rule.default is not None else None if was else word

    def _from_minor(self, found: JsonValue) -> JsonValue:
        number = _number(found)
        currency = as_text(value_at(self.fields, "currency")).upper()
        if number is None:
            return found
        return format(number if currency in WITHOUT_CENTS else number.scaleb(-2), "f")

    def _shaped(self, field: Field, found: JsonValue) -> JsonValue:
        return _SHAPED[field.shape](found, self.account.timezone)


def instant(value: JsonValue, timezone: str) -> datetime | None:
    """A time as vendors write it: RFC 3339, seconds or milliseconds since 1970, or naive in the zone of the source."""
    text = as_text(value)
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text) / (1000 if len(text) > len("9999999999") else 1), UTC)
    local = parse_local_time(text, ZoneInfo(timezone)) if timezone else None
    if local is not None:
        return local.instant
    return parse_time(text) or parse_time(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text))


def _number(value: JsonValue) -> Decimal | None:
    text = as_text(value)
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _text(value: JsonValue, timezone: str) -> JsonValue:
    del timezone
    return value if isinstance(value, dict | list) else as_text(value)[:KEPT_CHARACTERS]


def _flag(value: JsonValue, timezone: str) -> JsonValue:
    del timezone
    return _FLAGS.get(as_text(value).lower(), value)


def _whole(value: JsonValue, timezone: str) -> JsonValue:
    del timezone
    number = _number(value)
    return value if number is None else number


def _time(value: JsonValue, timezone: str) -> JsonValue:
    moment = instant(value, timezone)
    return value if moment is None else moment.isoformat()


def _day(value: JsonValue, timezone: str) -> JsonValue:
    del timezone
    return as_text(value)[: len("2026-11-01")] or value


def _as_it_is(value: JsonValue, timezone: str) -> JsonValue:
    del timezone
    return value


_SHAPED: Mapping[Shape, Callable[[JsonValue, str], JsonValue]] = {
    Shape.TEXT: _text,
    Shape.NAME: _text,
    Shape.FLAG: _flag,
    Shape.COUNT: _whole,
    Shape.MONEY: _as_it_is,
    Shape.DECIMAL: _whole,
    Shape.TIME: _time,
    Shape.DAY: _day,
    Shape.WHEN: _day,
    Shape.MONTH: _as_it_is,
}
