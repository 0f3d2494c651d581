"""Hold a month: keep everybody else from working out a person's open month until the transaction ends."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.period import Period
from service.domain.what_if import MonthNotOpenError
from service.store.people import get_person
from service.store.periods import find_period
from service.store.scorecards import lock_scorecards


def hold_month(session: Session, person_id: str, period: Period, present: Period) -> None:
    """Hold it, or refuse with `MonthNotOpenError` where nothing can change in it any more, or yet."""
    get_person(session, person_id)
    if period > present or find_period(session, period).state.is_closed:
        raise MonthNotOpenError(period)
    lock_scorecards(session, [(person_id, period)])
