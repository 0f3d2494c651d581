"""Forgetting requests with an Idempotency-Key whose answers are no longer kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.repetition import KEPT
from service.store.repetitions import delete_requests_before


def forget_requests(session: Session, *, now: datetime) -> None:
    """Delete what began longer ago than answers are kept."""
    delete_requests_before(session, now - KEPT)
