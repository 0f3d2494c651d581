"""Forgetting what is kept for some days: answers to requests with an Idempotency-Key, and archives of statements."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.repetition import KEPT
from service.domain.statement_archive import KEPT as ARCHIVE_KEPT
from service.store.archives import delete_archives_before
from service.store.repetitions import delete_requests_before


def forget_requests(session: Session, *, now: datetime) -> None:
    """Delete what began longer ago than answers are kept, and archives of statements that are past their days."""
    delete_requests_before(session, now - KEPT)
    delete_archives_before(session, now - ARCHIVE_KEPT)
