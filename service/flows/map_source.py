"""Mapping a source: saying which of its vendor's objects and fields become which of our events."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import SOURCE_MAPPED, AuditEntry
from service.domain.source import MappingKindError, UnknownSourceError
from service.plans.source_mapping import mapping_of
from service.store.audit import add_new_audit
from service.store.mappings import KeptMapping, add_new_mapping, find_mapping
from service.store.sources import find_source


def map_source(session: Session, source_id: str, own: str, shipped: str, who: str, *, now: datetime) -> bool:
    """Let a mapping hold from now on, kept with its hash and date; False where the same one holds already.

    `own` is the company's file (perhaps empty) over `shipped`, the one of this version: both are kept, so that an
    upgrade changes nobody's events. `MappingRefusedError` names every mistake.
    """
    source = find_source(session, source_id)
    if source is None:
        raise UnknownSourceError(source_id)
    mapping = mapping_of(own, shipped) if own else mapping_of(shipped)
    if mapping.kind != source.kind:
        raise MappingKindError(source_id, source.kind, mapping.kind)
    digest = hashlib.sha256(f"{shipped}\0{own}".encode()).hexdigest()
    present = find_mapping(session, source_id)
    if present is not None and present.hash == digest:
        return False
    add_new_mapping(session, KeptMapping(source_id, now, digest, own, shipped, who))
    add_new_audit(session, AuditEntry(now, who, SOURCE_MAPPED, source_id, {"hash": digest}))
    return True
