"""Taking a try to log in: counted before it is looked at, so that tries side by side are counted too."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.login_guard import is_waiting, one_more
from service.store.login_failures import hold_failures, list_failures, replace_failures


def take_login_try(session: Session, keys: Collection[str], *, now: datetime) -> bool:
    """Whether a try under these keys may be looked at now; if so it counts as wrong until `start_session` clears it."""
    hold_failures(session, keys)
    known = list_failures(session, keys)
    if any(is_waiting(known.get(key), now) for key in keys):
        return False
    replace_failures(session, [one_more(known.get(key), key, now) for key in keys])
    return True
