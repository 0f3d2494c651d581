"""Project: lay the changes of a vendor's objects together, and tell our events that they come to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.change import Change
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
    session: Session,
    changes: Sequence[Change],
    vendor: Vendor,
    delivery_id: str,
    again: Collection[ObjectKey] = (),
    *,
    now: datetime,
) -> list[Item]:
    """Keep the changes, each once, and give what their objects come to now: events, replacements and voids of events.

    The result does not depend on the order in which the changes come. A change that tells everything of its object, and
    one that belongs to none, is an event by itself, unless it once waited for a mapping. The objects of `again` are
    looked at as well.
    """
    kept: list[Change] = []
    items: list[Item] = []
    known = _kept_before(session, changes, vendor.account.source_id)
    for change in changes:
        made = None if change.identity in known else _by_itself(change, vendor)
        if made is None:
            kept.append(change)
        else:
            items += [Item(0, one.event.external_id, one.event, one.quarantine, timed=one.timed) for one in made]
    keys = {(change.kind, change.object_id) for change in kept} | set(again)
    if keys:
        lock_objects(session, vendor.account.source_id, keys)
        new = add_new_changes(session, vendor.account.source_id, kept, delivery_id)
        add_wanted(session, vendor.account.source_id, _to_fetch(kept, new, vendor), now)
        items += _revised(session, keys, vendor, {change.identity for change in kept})
    return [replace(item, index=index) for index, item in enumerate(items)]


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


def _revised(session: Session, keys: Collection[ObjectKey], vendor: Vendor, identities: Collection[str]) -> list[Item]:
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
    return [item for revision in revisions.values() for item in revision.items]


def _clear(session: Session, revisions: Sequence[Revision], source_id: str) -> None:
    """Take events out of the quarantine that were waiting and have been replaced or taken back since."""
    corrections = [event for revision in revisions for event in revision.corrections]
    if not corrections:
        return
    # First the lock that ingesting them needs: whoever replays the quarantine holds it while taking rows from there.
    hold_sources(session, corrections)
    targets = {event.target for event in corrections if event.target is not None}
    claim_waiting(session, [identity.event_id for identity in find_identities(session, source_id, targets).values()])
