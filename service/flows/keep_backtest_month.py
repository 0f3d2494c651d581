"""Keep a month of a backtest that was worked out, and end the backtest after its last month or a failure."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.backtest import MonthTried, UnknownBacktestError
from service.store.backtests import add_new_month, find_progress, mark_ended


def keep_backtest_month(
    session: Session, backtest_id: str, month: MonthTried | None, *, failure: str, now: datetime
) -> None:
    """Keep a month, if one was worked out; the backtest ends with a failure or when no month is left."""
    if month is not None:
        add_new_month(session, backtest_id, month)
    progress = find_progress(session, backtest_id)
    if progress is None:
        raise UnknownBacktestError(backtest_id)
    if failure or len(progress.months) == len(progress.backtest.months):
        mark_ended(session, backtest_id, failure, now)
