"""Settle versions: of the events of a source that numbers its objects' changes, the highest holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from service.domain.event import Item
from service.domain.version import Held, Settled, settle
from service.store.events import find_identities
from service.store.versions import find_versions, lock_versions, replace_versions

UNNUMBERED = -1
"""The version of an event that came before its source was declared to number them."""


def settle_versions(session: Session, source_id: str, items: Sequence[Item]) -> Settled:
    """What of a delivery goes on to the ingest, as what, and what is answered already; keeps which versions hold."""
    lock_versions(session, source_id)
    events = [item.event for item in items if item.event is not None and item.event.version is not None]
    names = {event.external_id for event in events}
    known = find_versions(session, source_id, names)
    for name, identity in find_identities(session, source_id, names - known.keys()).items():
        # The identity's hash is of the same event with its version: sent again, it is the same version again.
        told = next(event for event in events if event.external_id == name)
        known[name] = Held(UNNUMBERED if told.version else 0, identity.content_hash, name)
    settled = settle(items, known)
    received = find_identities(session, source_id, [one.external_id or "" for one in settled.answered])
    answered = tuple(
        replace(one, first_received_at=received[one.external_id].received_at) if one.external_id in received else one
        for one in settled.answered
    )
    replace_versions(session, source_id, settled.held)
    return replace(settled, answered=answered)
