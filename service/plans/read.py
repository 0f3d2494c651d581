"""The strict reader of plan files: YAML text to a tree in which every value knows its line and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from service.plans.finding import Findings, Place
from service.plans.scalar import ScalarError, ScalarValue, read_scalar

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The scanner in C where the library was built with it: ten times faster, the same events and places."""

MAX_BYTES = 256 * 1024
"""Size of a plan file: the largest real one is a thirtieth of it."""

MAX_DEPTH = 12
"""Nesting of a plan file; the language itself needs 7."""

MAX_NODES = 20_000
"""Values in a plan file; the largest real one has a tenth of it."""

MAX_KEY = 100
"""Characters of a key: keys are names."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value with its place; `text` is as written."""

    place: Place
    value: ScalarValue
    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list with its place."""

    place: Place
    items: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class MapNode:
    """A map with its place; `key_places` tells where each key stands."""

    place: Place
    entries: Mapping[str, Node] = field(default_factory=dict)
    key_places: Mapping[str, Place] = field(default_factory=dict)

    def place_of(self, key: str) -> Place:
        """Where a key stands, or the map itself."""
        return self.key_places.get(key, self.place)


Node = Scalar | ListNode | MapNode
"""A value of a plan file."""


class _Mark(Protocol):
    """What the YAML library says of a place, counted from 0."""

    line: int
    column: int


BRACKETS = "Look at the line above too: a bracket, a quotation mark or a comma may be missing there."

YAML_HINTS = {
    "mapping values are not allowed in this context": (
        "Put a text that holds `: ` in quotation marks, and begin the names of one map in one column."
    ),
    "found character that cannot start any token": (
        "Indent with spaces, not tabs, and put a text that begins with a sign like % or @ in quotation marks."
    ),
}
"""What the YAML library says of the commonest slips, and what to do about them."""


class _TooMuchError(Exception):
    """The file is over a limit; reading stops here."""


def read(text: str | bytes, file: str, findings: Findings) -> MapNode:
    """Read one file; everything wrong is noted in `findings`, and what could be read is returned."""
    empty = MapNode(Place(file, 1, 1))
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(raw) > MAX_BYTES:
        findings.add("E-YAML", empty.place, f"The file has {len(raw):,} bytes; at most {MAX_BYTES:,} are read.")
        return empty
    try:
        return _document(_Reader(raw.decode("utf-8"), file, findings), empty)
    except UnicodeDecodeError as error:
        findings.add("E-YAML", empty.place, f"The file is not UTF-8 text (byte {error.start:,}).", "Save it as UTF-8.")
    except yaml.MarkedYAMLError as error:
        place, hint = _mark_place(file, error.problem_mark), YAML_HINTS.get(str(error.problem), BRACKETS)
        findings.add("E-YAML", place, f"This is not YAML: {error.problem}.", hint)
    except yaml.YAMLError as error:
        findings.add("E-YAML", empty.place, f"This is not YAML: {' '.join(str(error).split())}.")
    except _TooMuchError:
        pass
    return empty


@dataclass(slots=True)
class _Reader:
    """The stream of events of one file with its limits."""

    text: str
    file: str
    findings: Findings
    nodes: int = 0
    documents: int = 0

    def events(self) -> Iterator[Event]:
        """The events that matter, each checked against the rules that hold everywhere."""
        for event in yaml.parse(self.text, Loader=_LOADER):
            if isinstance(event, DocumentStartEvent):
                self.documents += 1
            if isinstance(event, AliasEvent | ScalarEvent | SequenceStartEvent | MappingStartEvent):
                self.count(event)
                self.refuse_cleverness(event)
                yield event
            elif isinstance(event, CollectionEndEvent):
                yield event

    def place(self, event: Event) -> Place:
        """Where an event starts."""
        return _mark_place(self.file, event.start_mark)

    def count(self, event: Event) -> None:
        """Stop at too many values."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.findings.add("E-YAML", self.place(event), f"The file holds more than {MAX_NODES:,} values.")
            raise _TooMuchError

    def refuse_cleverness(self, event: Event) -> None:
        """Anchors, aliases and tags: the reader of a plan must see what it says where it says it."""
        if isinstance(event, AliasEvent):
            self.findings.add("E-YAML", self.place(event), "Aliases are not read.", "Write the value out.")
        elif getattr(event, "anchor", None) is not None:
            self.findings.add("E-YAML", self.place(event), "Anchors are not read.", "Remove the `&name`.")
        if getattr(event, "tag", None) is not None:
            self.findings.add("E-YAML", self.place(event), "Tags are not read.", "Remove the `!name`.")


def _mark_place(file: str, mark: _Mark | None) -> Place:
    return Place(file, 1, 1) if mark is None else Place(file, mark.line + 1, mark.column + 1)


def _document(reader: _Reader, empty: MapNode) -> MapNode:
    events = reader.events()
    first = next(events, None)
    if first is None:
        reader.findings.add("E-YAML", empty.place, "The file is empty.")
        return empty
    node = _node(reader, first, events, 1)
    if next(events, None) is not None or reader.documents > 1:
        reader.findings.add("E-YAML", empty.place, "The file holds several documents.", "Make one file of each.")
    if not isinstance(node, MapNode):
        reader.findings.add("E-SHAPE", node.place, "A plan file is a map of names to values.")
        return empty
    return node


def _node(reader: _Reader, event: Event, events: Iterator[Event], depth: int) -> Node:
    if depth > MAX_DEPTH:
        reader.findings.add("E-YAML", reader.place(event), f"Nested deeper than {MAX_DEPTH}.")
        raise _TooMuchError
    if isinstance(event, MappingStartEvent):
        return _map(reader, event, events, depth)
    if isinstance(event, SequenceStartEvent):
        items: list[Node] = []
        for item in events:
            if isinstance(item, CollectionEndEvent):
                break
            items.append(_node(reader, item, events, depth + 1))
        return ListNode(reader.place(event), tuple(items))
    return _scalar(reader, event)


def _map(reader: _Reader, event: Event, events: Iterator[Event], depth: int) -> MapNode:
    entries: dict[str, Node] = {}
    places: dict[str, Place] = {}
    for key in events:
        if isinstance(key, CollectionEndEvent):
            break
        name = _key(reader, _node(reader, key, events, depth + 1))
        value = _node(reader, next(events), events, depth + 1)
        if name in entries:
            first = f"it stands in line {places[name].line} already"
            message = f"The key `{name}` is written twice; {first}."
            reader.findings.add("E-DUP", reader.place(key), message, "Remove one of them.")
        elif name:
            entries[name], places[name] = value, reader.place(key)
    return MapNode(reader.place(event), entries, places)


def _key(reader: _Reader, node: Node) -> str:
    if not isinstance(node, Scalar) or not node.text or len(node.text) > MAX_KEY or isinstance(node.value, bool):
        reader.findings.add("E-YAML", node.place, f"A key is one name of at most {MAX_KEY} characters.")
        return ""
    if node.text == "<<":
        reader.findings.add("E-YAML", node.place, "Merge keys are not read.", "Write the values out.")
        return ""
    return node.text


def _scalar(reader: _Reader, event: Event) -> Scalar:
    place = reader.place(event)
    if not isinstance(event, ScalarEvent):
        return Scalar(place, None, "")
    text: str = event.value
    if event.style:
        return Scalar(place, text, text, quoted=True)
    try:
        return Scalar(place, read_scalar(text), text)
    except ScalarError as error:
        reader.findings.add("E-YAML", place, str(error))
        return Scalar(place, text, text)
