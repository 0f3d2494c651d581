"""Setting up the fetching of a source: where the fields of its objects are asked for, with which secret."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import SOURCE_FETCH_SET, AuditEntry
from service.domain.event import JsonValue
from service.domain.fetch import FetchTerms, demand_address
from service.domain.source import UnknownSourceError
from service.store.audit import add_new_audit
from service.store.fetches import replace_fetch_terms
from service.store.sources import find_source


def set_fetch(session: Session, terms: FetchTerms, who: str, *, now: datetime) -> None:
    """Let the fields of a source's objects be fetched from this address alone, from now on."""
    if find_source(session, terms.source_id) is None:
        raise UnknownSourceError(terms.source_id)
    demand_address(terms)
    replace_fetch_terms(session, terms)
    detail: dict[str, JsonValue] = {"address": terms.address, "private": terms.private, "per_minute": terms.per_minute}
    add_new_audit(session, AuditEntry(now, who, SOURCE_FETCH_SET, terms.source_id, detail))
