"""A change: what a vendor's message tells of one of its objects, before anything of it is in our words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from service.domain.event import JsonValue, Quarantine


class Verb(StrEnum):
    """What happened to the object."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Change:
    """What a message tells of one object of the vendor: which one, when, and the fields it names.

    `identity` is the same on every retry of the same change and becomes the id of the first event made of it.
    `occurred_at` is aware, in UTC; changes of one instant follow each other by `order`. `fields` are those that the
    message tells (all of them or only what changed), `before` what they were where the vendor says so. A `thin` change
    names its object and nothing else, so its fields must be fetched. `refusal` says why it can be no event at all. One
    that is not `timed` tells no time: `occurred_at` is when it came, which is another at every retry. `voids` is
    the identity of an earlier change of the source whose event this one takes back. One that stands `alone` tells all
    that there will ever be of its object.
    """

    kind: str
    object_id: str
    identity: str
    verb: Verb
    occurred_at: datetime
    fields: Mapping[str, JsonValue] = field(default_factory=dict)
    before: Mapping[str, JsonValue] = field(default_factory=dict)
    order: int = 0
    thin: bool = False
    refusal: Quarantine | None = None
    timed: bool = True
    voids: str = ""
    alone: bool = False

    @property
    def place(self) -> tuple[datetime, int, str]:
        """Where it stands among the changes of its object, whatever order they arrive in."""
        return (self.occurred_at, self.order, self.identity)

    def touches(self, path: str) -> bool:
        """Whether it says that the field changed: one it tells, unless it also tells what was before and not this."""
        name = path.partition(".")[0]
        if self.verb is Verb.UPDATED and self.before:
            return name in self.before and self.before[name] != self.fields.get(name)
        return name in self.fields


@dataclass(frozen=True, slots=True)
class Notice:
    """What one delivery tells of a vendor's objects."""

    delivery_id: str
    changes: Sequence[Change] = ()

    @property
    def objects(self) -> set[tuple[str, str]]:
        """Kind and id of the objects that it tells of."""
        return {(change.kind, change.object_id) for change in self.changes if change.object_id}
