"""Enrichment: the fields of objects that were told of by id alone are fetched from their vendor, one at a time."""

from __future__ import annotations

import hashlib
import logging
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus

from service.domain.change import Notice
from service.domain.delivery import Delivery, Sent, Trust, new_delivery_id
from service.domain.errors import StimulError
from service.domain.event import JsonValue
from service.domain.fetch import Fetched, FetchTerms, Wanted, url_of
from service.domain.mapping import ObjectRule, value_at
from service.domain.source import Source
from service.flows.claim_fetch import claim_fetch
from service.flows.ingest import ingest
from service.flows.project import project
from service.flows.settle_fetch import settle_fetch
from service.jobs.asking import AskedInVainError, ask
from service.reports.sources import fetch_terms, find_source, mapping_in_force, next_fetch_due, vendor_of
from service.runtime import Runtime
from service.sources.adapter import Vendor
from service.sources.json_text import JsonTextError, read_json
from service.sources.registry import ADAPTERS

LOG = logging.getLogger(__name__)

GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


LONGEST_WAIT = timedelta(seconds=2)
"""A worker stands idle this long for the next turn; longer pauses are for other work."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an object is fetched from, and as what."""

    source: Source
    terms: FetchTerms
    vendor: Vendor
    rule: ObjectRule | None


def enrich_next(runtime: Runtime) -> bool:
    """Fetch the next object that is due and make its events again; False if none is.

    Nothing is locked while the vendor is asked. A worker that is killed in between has the object asked for once more.
    """
    with runtime.transaction() as session:
        wanted = claim_fetch(session, now=runtime.now())
    if wanted is None:
        return False
    place = _place(runtime, wanted)
    fetched = _fetched(runtime, place, wanted) if place else Fetched(failure="The source is not set up.", final=True)
    with runtime.transaction() as session:
        again = settle_fetch(session, wanted, fetched, now=runtime.now())
        if again and place is not None:
            delivery = _delivery(runtime, place, wanted)
            (items,) = project(session, [Notice(delivery.delivery_id)], place.vendor, [wanted.key], now=runtime.now())
            if items:
                ingest(session, [Sent(replace(delivery, items=len(items)), items)], now=runtime.now())
    return True


def next_turn(runtime: Runtime) -> bool:
    """Wait for the next object if its turn comes in a moment; False if it does not."""
    with runtime.reading() as session:
        due_at = next_fetch_due(session)
    if due_at is None or due_at - runtime.now() > LONGEST_WAIT:
        return False
    time.sleep(max(due_at - runtime.now(), timedelta(0)).total_seconds())
    return True


def _place(runtime: Runtime, wanted: Wanted) -> _Place | None:
    with runtime.reading() as session:
        source, terms = find_source(session, wanted.source_id), fetch_terms(session, wanted.source_id)
        kept = mapping_in_force(session, wanted.source_id)
    if source is None or terms is None:
        return None
    vendor = vendor_of(source, kept, runtime.settings.rules_dir)
    return _Place(source, terms, vendor, vendor.mapping.objects.get(wanted.key[0]))


def _fetched(runtime: Runtime, place: _Place, wanted: Wanted) -> Fetched:
    rule = place.rule
    if rule is None or not rule.fetch_path:
        return Fetched(failure="The mapping does not say where its fields are fetched from.", final=True)
    try:
        secret = runtime.vault.open(place.terms.sealed)
        url, headers = url_of(place.terms, rule.fetch_path, wanted.key[1], secret)
        answer = ask(url, headers, private=place.terms.private)
        if answer.status in GONE:
            return Fetched(failure=f"The sender does not know it (status {answer.status}).", final=True)
        if answer.status != HTTPStatus.OK:
            return Fetched(failure=f"The sender answered with status {answer.status}.")
        return _told(read_json(answer.body), rule)
    except (AskedInVainError, JsonTextError, StimulError) as error:
        LOG.warning("an object of %s could not be fetched: %s", wanted.source_id, error)
        return Fetched(failure=str(error))


def _told(body: JsonValue, rule: ObjectRule) -> Fetched:
    """The fields that the mapping names, and no others: what is not counted is not kept."""
    found = value_at(body, rule.fetch_under) if rule.fetch_under and isinstance(body, dict) else body
    if not isinstance(found, dict):
        return Fetched(failure="The answer holds no record where the mapping looks for it.")
    return Fetched({name: value for name, value in found.items() if name in rule.named_fields})


def _delivery(runtime: Runtime, place: _Place, wanted: Wanted) -> Delivery:
    body = f"fetched {wanted.key[0]} {wanted.key[1]}".encode()
    trust = Trust(ADAPTERS[place.source.kind].scheme(place.source.scheme).trust)
    return Delivery(
        delivery_id=new_delivery_id(),
        source_id=wanted.source_id,
        received_at=runtime.now(),
        content_type="text/plain",
        body=body,
        body_hash=hashlib.sha256(body).hexdigest(),
        items=0,
        trust=trust,
    )
