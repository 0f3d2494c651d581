"""Adding a source: a configured sender of events."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.source import Source, SourceExistsError
from service.store import sources


def add_source(session: Session, source: Source) -> None:
    """Keep a new source under a name that nobody had before."""
    if sources.find_source(session, source.source_id):
        raise SourceExistsError(source.source_id)
    sources.add_new_source(session, source)
