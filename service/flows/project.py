"""Project: lay the changes of a vendor's objects together, and tell our events that they come to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.change import Change, Notice
from service.domain.event import Item, QuarantineReason
from service.domain.vendor_object import Derived, ObjectKey, Revision, Told, revise
from service.sources.adapter import Vendor
from service.sources.derive import derive
from service.store.days import hold_sources
from service.store.events import find_identities
from service.store.fetches import add_wanted
from service.store.objects import (
    add_new_changes,
    find_kept_changes,
    list_changes,
    list_standing,
    lock_objects,
    replace_standing,
)
from service.store.quarantine import claim_waiting, find_discarded

MENDED_BY_MAPPING = frozenset(
    {QuarantineReason.UNMAPPED_TYPE, QuarantineReason.UNMAPPED_STAGE, QuarantineReason.SCHEMA_VIOLATION}
)
"""Why an event waits that another mapping may make of the same change."""


def project(
    session: Session, notices: Sequence[Notice], vendor: Vendor, again: Collection[ObjectKey] = (), *, now: datetime
) -> list[list[Item]]:
    """Keep the changes, each once, and give what their objects come to now: events, replacements and voids of events.

    The result does not depend on the order in which the changes come. A change that tells everything of its object, and
    one that belongs to none, is an event by itself, unless it once waited for a mapping. No two deliveries may tell of
    the same object; each gets the items that are its own, and the first those of the objects of `again`, which are
    looked at as well.
    """
    source_id = vendor.account.source_id
    known = _kept_before(session, [change for one in notices for change in one.changes], source_id)
    read = [_read(one, vendor, known) for one in notices]
    whose = {(change.kind, change.object_id): place for place, one in enumerate(read) for change in one.kept}
    keys = whose.keys() | set(again)
    items = [list(one.items) for one in read]
    if keys:
        lock_objects(session, source_id, keys)
        for one in read:
            new = add_new_changes(session, source_id, one.kept, one.delivery_id)
            add_wanted(session, source_id, _to_fetch(one.kept, new, vendor), now)
        identities = {change.identity for one in read for change in one.kept}
        for key, revision in _revised(session, keys, vendor, identities).items():
            items[whose.get(key, 0)] += revision.items
    return [[replace(item, index=index) for index, item in enumerate(own)] for own in items]


@dataclass(frozen=True, slots=True)
class _Read:
    """A delivery as it was read: the changes to be kept with their objects, and the items of those that stand alone."""

    delivery_id: str
    kept: Sequence[Change]
    items: Sequence[Item]


def _read(notice: Notice, vendor: Vendor, known: Collection[str]) -> _Read:
    kept: list[Change] = []
    items: list[Item] = []
    for change in notice.changes:
        made = None if change.identity in known else _by_itself(change, vendor)
        if made is None:
            kept.append(change)
        else:
            items += [Item(0, one.event.external_id, one.event, one.quarantine, timed=one.timed) for one in made]
    return _Read(notice.delivery_id, kept, items)


def _kept_before(session: Session, changes: Sequence[Change], source_id: str) -> set[str]:
    """The changes that could stand alone and were kept all the same: when they came, they waited for a mapping."""
    alone = {change.identity for change in changes if change.object_id and change.alone}
    return find_kept_changes(session, source_id, alone) if alone else set()


def _by_itself(change: Change, vendor: Vendor) -> Sequence[Derived] | None:
    """The events of a change that needs no object; None for one that does, or that another mapping may mend."""
    if change.object_id and not change.alone:
        return None
    made = derive([change], vendor.mapping, vendor.account).derived
    mendable = any(one.quarantine and one.quarantine.reason in MENDED_BY_MAPPING for one in made)
    return None if change.object_id and mendable else made


def _to_fetch(changes: Sequence[Change], new: Collection[str], vendor: Vendor) -> set[ObjectKey]:
    """The objects of new changes that told an id alone, where the mapping says how their fields are fetched."""
    kinds = {kind for kind, rule in vendor.mapping.objects.items() if rule.fetch_path}
    thin = [change for change in changes if change.thin and change.identity in new and change.kind in kinds]
    return {(change.kind, change.object_id) for change in thin}


def _revised(
    session: Session, keys: Collection[ObjectKey], vendor: Vendor, identities: Collection[str]
) -> dict[ObjectKey, Revision]:
    source_id = vendor.account.source_id
    known = list_standing(session, source_id, keys)
    standing_ids = {one.standing_id for own in known.values() for one in own.values() if one.standing_id}
    discarded = find_discarded(session, source_id, standing_ids)
    revisions: dict[ObjectKey, Revision] = {}
    for key, own in list_changes(session, source_id, keys).items():
        if not own:
            continue
        derived = derive(own, vendor.mapping, vendor.account).derived
        told = Told(max(change.occurred_at for change in own), identities, discarded)
        revisions[key] = revise(source_id, derived, known[key], told)
    _clear(session, list(revisions.values()), source_id)
    replace_standing(session, source_id, {key: revision.standing for key, revision in revisions.items()})
    return revisions


def _clear(session: Session, revisions: Sequence[Revision], source_id: str) -> None:
    """Take events out of the quarantine that were waiting and have been replaced or taken back since."""
    corrections = [event for revision in revisions for event in revision.corrections]
    if not corrections:
        return
    # First the lock that ingesting them needs: whoever replays the quarantine holds it while taking rows from there.
    hold_sources(session, corrections)
    targets = {event.target for event in corrections if event.target is not None}
    claim_waiting(session, [identity.event_id for identity in find_identities(session, source_id, targets).values()])
