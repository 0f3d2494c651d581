"""Beginning a request with an Idempotency-Key, unless an earlier one of that name counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.repetition import Earlier, Request
from service.store.repetitions import add_new_request, delete_request, get_request


def begin_request(session: Session, request: Request, *, now: datetime) -> Earlier | None:
    """Note that a request runs; None for the first of its name, else what became of the earlier one."""
    if add_new_request(session, request, now):
        return None
    earlier = get_request(session, request)
    if not earlier.is_over(now):
        return earlier
    delete_request(session, request)
    add_new_request(session, request, now)
    return None
