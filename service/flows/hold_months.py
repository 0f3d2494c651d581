"""Hold person-months that are to be worked out, without a mark that asks for it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from service.domain.period import Period
from service.store.scorecards import lock_scorecards


def hold_months(session: Session, months: Sequence[tuple[str, Period]]) -> None:
    """Hold these person-months until the transaction ends."""
    lock_scorecards(session, months)
