"""The mapping of a source: which of a vendor's objects and fields become which of our events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import quote

from service.domain.change import Verb
from service.domain.event import JsonValue, Part

RECORD_KINDS = ("deal", "lead", "call", "meeting", "invoice", "payment", "customer")
"""What an event names by `KIND_id`, in the order in which its record is looked for."""


@dataclass(frozen=True, slots=True)
class ValueRule:
    """Where a value comes from: the field of a path such as `custom.region`, or a fixed text.

    `table` names the words it is translated by; `hashed` hides it behind a keyed hash; `minor` says it counts the
    smallest units of its currency; `default` stands in for a missing one.
    """

    path: str = ""
    fixed: JsonValue = None
    table: str = ""
    default: JsonValue = None
    hashed: bool = False
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A field that has (or, negated, has none of) some values, compared as texts; no values: any that is not empty."""

    path: str
    values: frozenset[str] = frozenset()
    negated: bool = False

    def holds(self, value: JsonValue) -> bool:
        """Whether the value meets the condition."""
        text = as_text(value)
        met = text in self.values if self.values else text != ""
        return met is not self.negated


@dataclass(frozen=True, slots=True)
class EventRule:
    """When a change becomes an event of a type, and what the event says.

    It fires on a change of one of the `verbs`. With `becomes`, only when that field takes one of the values; with
    `changes`, only when that field takes another value. `when` must hold as well. The first event of a change has its
    identity; any other gets `suffix` behind it.
    """

    type: str
    verbs: frozenset[Verb] = frozenset({Verb.CREATED, Verb.UPDATED})
    becomes: Condition | None = None
    changes: str = ""
    when: tuple[Condition, ...] = ()
    subject: ValueRule | None = None
    time: str = ""
    values: Mapping[str, ValueRule] = field(default_factory=dict)
    credit: Mapping[Part, ValueRule] = field(default_factory=dict)
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class ObjectRule:
    """What becomes of one kind of the vendor's objects; `voids` says that deleting one takes its events back.

    `fetch_path` is where its fields are asked for, and `fetch_under` the place of the record in the answer.
    """

    kind: str
    events: tuple[EventRule, ...] = ()
    subject: ValueRule | None = None
    values: Mapping[str, ValueRule] = field(default_factory=dict)
    voids: bool = False
    record_url: str = ""
    fetch_path: str = ""
    fetch_under: str = ""

    @property
    def named_fields(self) -> frozenset[str]:
        """The fields of the vendor that the rule names anywhere; of a path its first name."""
        rules = [self.subject, *self.values.values()]
        paths: set[str] = set()
        for event in self.events:
            rules += [event.subject, *event.values.values(), *event.credit.values()]
            conditions = [*event.when] if event.becomes is None else [event.becomes, *event.when]
            paths |= {event.changes, event.time, *(condition.path for condition in conditions)}
        paths |= {rule.path.removeprefix("before.") for rule in rules if rule is not None}
        return frozenset(path.partition(".")[0] for path in paths if path)


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """The whole mapping: its objects by kind, tables of words by name, and kinds that mean nothing to us."""

    kind: str
    objects: Mapping[str, ObjectRule] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    timezone: str = ""


def record_link(mapping: SourceMapping, account: str, event_type: str, data: Mapping[str, JsonValue]) -> str | None:
    """The address of the record that an event tells of: of its own kind, else of another that it names by id."""
    own_first = sorted(
        mapping.objects.values(), key=lambda rule: all(event.type != event_type for event in rule.events)
    )
    for rule in own_first:
        values = dict(rule.values)
        for event in rule.events:
            values |= event.values if event.type == event_type else {}
        found = next((data[name] for name, value in values.items() if value.path == "id" and data.get(name)), None)
        if rule.record_url and found is not None:
            return _link(rule.record_url, "", account, as_text(found))
    return None


def plain_record_link(template: str, data: Mapping[str, JsonValue]) -> str | None:
    """The same for a sender of our own events, from one template for all kinds of records."""
    for kind in RECORD_KINDS:
        if data.get(f"{kind}_id"):
            return _link(template, kind, "", as_text(data[f"{kind}_id"]))
    return None


def _link(template: str, kind: str, account: str, record_id: str) -> str:
    filled = template.replace("{account}", quote(account, safe=".-")).replace("{kind}", kind)
    return filled.replace("{id}", quote(record_id, safe=""))


def as_text(value: JsonValue) -> str:
    """A value as conditions and tables see it: `true`, `2000`, `0.5`, and nothing for what is missing or a tree."""
    match value:
        case None | dict() | list():
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            plain = format(value, "f")
            return plain.rstrip("0").rstrip(".") if "." in plain else plain
        case _:
            return str(value).strip()


def value_at(fields: Mapping[str, JsonValue], path: str) -> JsonValue:
    """The value at a path of names joined by points; None where there is none."""
    if path in fields:
        return fields[path]
    node: JsonValue = dict(fields)
    for step in path.split("."):
        match node:
            case dict():
                node = node.get(step)
            case list() if step.isascii() and step.isdigit() and len(step) < len("1000"):
                node = node[int(step)] if int(step) < len(node) else None
            case _:
                return None
    return node
