"""Versions of objects: of several events under one id, the one with the highest version holds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.domain.event import Event, Item, ItemResult, ItemState, Operation, content_hash, receipt_id

NAME_LENGTH = 255
"""Characters of an external id."""

HASH_LENGTH = 32
"""Of the hash that stands for the end of a long id: enough that no two ever meet."""


@dataclass(frozen=True, slots=True)
class Held:
    """The version of an object that holds, and the id of the event that tells of it."""

    version: int
    content_hash: str
    latest_id: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of the items of a delivery: those to ingest, answers already known, and versions to keep."""

    items: tuple[Item, ...]
    answered: tuple[ItemResult, ...]
    held: dict[str, Held]


def settle(items: Sequence[Item], known: dict[str, Held]) -> Settled:
    """Let a higher version replace the one that holds, whatever the order of arrival; `known` is by external id.

    A lower version, or the same again, is a duplicate; the same version that says something else goes to the ingest
    under its own id, where it is a conflict.
    """
    held = dict(known)
    passed: list[Item] = []
    answered: list[ItemResult] = []
    for item in items:
        event = item.event
        if event is None or event.version is None or event.op is not None:
            passed.append(item)
            continue
        name, told, before = event.external_id, content_hash(event), held.get(event.external_id)
        if before is None:
            passed.append(item)
            held[name] = Held(event.version, told, name)
        elif event.version > before.version:
            successor = _successor(event, before)
            passed.append(replace(item, event=successor))
            held[name] = Held(event.version, told, successor.external_id)
        elif event.version == before.version and told != before.content_hash:
            passed.append(item)
        else:
            answered.append(_duplicate(item.index, event, is_stale=event.version < before.version))
    changed = {name: found for name, found in held.items() if known.get(name) != found}
    return Settled(tuple(passed), tuple(answered), changed)


def as_sent(result: ItemResult, item: Item) -> ItemResult:
    """The result of an item under the id that its sender gave it."""
    if item.event is None or result.external_id == item.event.external_id:
        return result
    name = item.event.external_id
    return replace(result, external_id=name, receipt_id=receipt_id(item.event.source_id, name))


def _successor(event: Event, before: Held) -> Event:
    """The event that stands in the place of the version before, under an id of its own."""
    name = f"{event.external_id}~{event.version}"
    if len(name) > NAME_LENGTH:
        mark = hashlib.sha256(name.encode()).hexdigest()[:HASH_LENGTH]
        name = f"{name[: NAME_LENGTH - HASH_LENGTH - 1]}~{mark}"
    return replace(event, external_id=name, op=Operation.REPLACE, target=before.latest_id)


def _duplicate(index: int, event: Event, *, is_stale: bool) -> ItemResult:
    return ItemResult(index, event.external_id, ItemState.DUPLICATE, event.receipt_id, stale=is_stale)
