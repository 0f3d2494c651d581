"""A vendor's object: what was made of it, and how its events are revised when more becomes known of it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.event import VOID_TYPE, Event, Item, Operation, Quarantine, event_document

ObjectKey = tuple[str, str]
"""Kind and id of an object of one source."""

ID_CHARACTERS = 255
"""Longest id of an event."""


@dataclass(frozen=True, slots=True)
class Derived:
    """One event made of a change, perhaps to be quarantined; its time is told by the vendor, or is when it came."""

    event: Event
    quarantine: Quarantine | None = None
    timed: bool = True


@dataclass(frozen=True, slots=True)
class StandingEvent:
    """An event that an object came to: the id it was given, and the revision of it that stands (None: taken back)."""

    external_id: str
    standing_id: str | None
    revision: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of an object: the instant of its latest change, and the identities of the changes told just now.

    `discarded` are the ids of standing events that a person discarded.
    """

    last_at: datetime
    identities: Collection[str] = ()
    discarded: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """What must be told of an object's events, and those of them that stand otherwise than before."""

    items: tuple[Item, ...]
    standing: tuple[StandingEvent, ...]

    @property
    def corrections(self) -> list[Event]:
        """The events that take another one back or stand in its place."""
        return [item.event for item in self.items if item.event is not None and item.event.op is not None]


def revise(source_id: str, derived: Sequence[Derived], known: Mapping[str, StandingEvent], told: Told) -> Revision:
    """Tell what an object comes to now, given what was told of it before.

    An event that is new is told; one that says something else now replaces the one that stands; one that is no more is
    taken back. One that says the same is told again if its change is among those just told, so that the sender learns
    that it is known. One that a person discarded stands as it is, whatever becomes known: it never counts.
    """
    items: list[Item] = []
    standing: list[StandingEvent] = []
    for one in derived:
        name, digest = one.event.external_id, _content_hash(one)
        before = known.get(name)
        if before is None:
            items.append(_item(one, one.event))
            standing.append(StandingEvent(name, name, 0, digest))
        elif before.standing_id is None or (before.content_hash != digest and before.standing_id not in told.discarded):
            event = _following(one.event, before)
            items.append(_item(one, event))
            standing.append(StandingEvent(name, event.external_id, before.revision + 1, digest))
        elif (
            before.content_hash == digest
            and before.revision == 0
            and (name in told.identities or name.rpartition(":")[0] in told.identities)
        ):
            items.append(_item(one, one.event))
    gone = known.keys() - {one.event.external_id for one in derived}
    for before in (known[name] for name in sorted(gone)):
        if before.standing_id is not None and before.standing_id not in told.discarded:
            items.append(_void(source_id, before, told.last_at))
            standing.append(replace(before, standing_id=None, revision=before.revision + 1))
    return Revision(tuple(items), tuple(standing))


def revised_id(external_id: str, revision: int) -> str:
    """The id of a later revision of an event; of a long one its hash."""
    made = f"{external_id}~{revision}"
    if len(made) <= ID_CHARACTERS:
        return made
    return f"sha256:{hashlib.sha256(external_id.encode()).hexdigest()}~{revision}"


def _following(event: Event, before: StandingEvent) -> Event:
    """The event as the next revision: in the place of the one that stands, or by itself where that was taken back."""
    name = revised_id(event.external_id, before.revision + 1)
    if before.standing_id is None:
        return replace(event, external_id=name)
    if event.op is Operation.VOID:
        # A void cannot be replaced; the same one under another id does the same again.
        return replace(event, external_id=name)
    return replace(event, external_id=name, op=Operation.REPLACE, target=before.standing_id)


def _item(one: Derived, event: Event) -> Item:
    return Item(0, event.external_id, event, one.quarantine, timed=one.timed)


def _void(source_id: str, before: StandingEvent, last_at: datetime) -> Item:
    name = revised_id(before.external_id, before.revision + 1)
    void = Event(source_id, name, VOID_TYPE, last_at, None, op=Operation.VOID, target=before.standing_id)
    return Item(0, name, void)


def _content_hash(one: Derived) -> str:
    said = event_document(one.event) if one.timed else one.event.type
    waits = one.quarantine.reason.value if one.quarantine else ""
    return hashlib.sha256(f"{waits}\0{said}".encode()).hexdigest()
