"""Keep what was found odd in a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.flag import Flag
from service.domain.period import Period
from service.store.flags import replace_flags


def keep_flags(session: Session, period: Period, found: Sequence[Flag], *, now: datetime) -> None:
    """Make these the open flags of the month; one that no event shows any more goes, one that was resolved stays."""
    replace_flags(session, period, found, now)
