"""Settling a fetch: what was fetched fills the changes that told an id alone, and what was not is tried again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.event import Quarantine, QuarantineReason
from service.domain.fetch import Fetched, Wanted, pause
from service.store.fetches import end_fetch, fill_thin, mark_fetch_failed
from service.store.objects import lock_objects


def settle_fetch(session: Session, wanted: Wanted, fetched: Fetched, *, now: datetime) -> bool:
    """Keep what came of a fetch; whether the object must be looked at again.

    After the last try its events wait as `enrichment_failed` until another message asks for it anew.
    """
    lock_objects(session, wanted.source_id, [wanted.key])
    if fetched.fields is not None:
        fill_thin(session, wanted, fetched.fields, None)
        end_fetch(session, wanted, now)
        return True
    wait = None if fetched.final else pause(wanted.tries)
    if wait is not None:
        mark_fetch_failed(session, wanted, fetched.failure, now + wait)
        return False
    detail = f"Its fields could not be fetched: {fetched.failure}"
    fill_thin(session, wanted, None, Quarantine(QuarantineReason.ENRICHMENT_FAILED, detail))
    end_fetch(session, wanted, now)
    return True
