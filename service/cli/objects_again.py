"""Making the events of a vendor's objects again, when their mapping has changed."""

from __future__ import annotations

import hashlib

from service.domain.change import Notice
from service.domain.delivery import Delivery, Sent, Trust, new_delivery_id
from service.domain.source import Source
from service.domain.vendor_object import ObjectKey
from service.flows.ingest import ingest
from service.flows.project import project
from service.reports.sources import mapping_in_force, objects_after, vendor_of
from service.runtime import Runtime
from service.sources.registry import ADAPTERS

OBJECTS_AT_ONCE = 100
"""Objects of one transaction: enough to share its queries, few enough to hold their locks for moments."""


def made_again(runtime: Runtime, source: Source) -> int:
    """Look at every object of a source under the mapping that holds; the number of events that came of it.

    It may be interrupted and repeated at will: what is as it must be stays.
    """
    told, after = 0, ("", "")
    while keys := _next(runtime, source, after):
        told += _some(runtime, source, keys)
        after = keys[-1]
    return told


def _next(runtime: Runtime, source: Source, after: ObjectKey) -> list[ObjectKey]:
    with runtime.reading() as session:
        return objects_after(session, source.source_id, after, OBJECTS_AT_ONCE)


def _some(runtime: Runtime, source: Source, keys: list[ObjectKey]) -> int:
    with runtime.transaction() as session:
        kept = mapping_in_force(session, source.source_id)
        vendor = vendor_of(source, kept, runtime.settings.rules_dir)
        delivery_id, body = new_delivery_id(), f"mapping {kept.hash if kept else ''}".encode()
        (items,) = project(session, [Notice(delivery_id)], vendor, keys, now=runtime.now())
        if not items:
            return 0
        delivery = Delivery(
            delivery_id=delivery_id,
            source_id=source.source_id,
            received_at=runtime.now(),
            content_type="text/plain",
            body=body,
            body_hash=hashlib.sha256(body).hexdigest(),
            items=len(items),
            trust=Trust(ADAPTERS[source.kind].scheme(source.scheme).trust),
        )
        ingest(session, [Sent(delivery, items)], now=runtime.now())
    return len(items)
