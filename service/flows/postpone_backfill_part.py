"""Postponing a part of a backfill that could not be taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.backfill import TRIED_AGAIN, Part, why_postponed
from service.store.backfills import find_failure, lock_backfill, postpone_part, replace_backfill


def postpone_backfill_part(session: Session, part: Part, *, now: datetime) -> None:
    """Let everything else go before a part, which is tried again later; its backfill says why."""
    held = lock_backfill(session, part.backfill_id)
    postpone_part(session, part, why_postponed(part), now + TRIED_AGAIN)
    replace_backfill(session, replace(held, reason=find_failure(session, part.backfill_id)))
