"""Changing the settings of a source."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import SOURCE_SET, AuditEntry
from service.domain.source import UnknownSourceError
from service.domain.source_settings import SourceSettings, demand_possible
from service.store.audit import add_new_audit
from service.store.sources import find_source, replace_settings


def set_source(session: Session, source_id: str, settings: SourceSettings, who: str, *, now: datetime) -> None:
    """Write the new values; they hold from the next request on."""
    demand_possible(settings)
    if find_source(session, source_id) is None:
        raise UnknownSourceError(source_id)
    replace_settings(session, source_id, settings)
    add_new_audit(session, AuditEntry(now, who, SOURCE_SET, source_id, settings.given()))
